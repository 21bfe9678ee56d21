import { useConnectionStatus, useRealtimeMetrics, WebSocketProvider } from "@telltale/react";
import { FakeNetwork } from "@telltale/testkit/fake-network";
import { FakeBrowser, type FakeTab } from "@telltale/testkit/fake-tabs";
import { message, metrics } from "@telltale/testkit/sample";
import { act, cleanup, type RenderResult, render } from "@testing-library/react";
import { type ReactElement, StrictMode } from "react";
import { afterEach, expect, it } from "vitest";
import { url } from "./scene.tsx";

afterEach(cleanup);

function Figures(): ReactElement {
  const { metrics } = useRealtimeMetrics();
  const { state, shared } = useConnectionStatus();
  return <p>{`${state} ${shared} ${metrics?.total_requests ?? "none"}`}</p>;
}

it("[C8] [C20] three applications under StrictMode in three tabs open one socket, and show the same", async () => {
  const network = new FakeNetwork();
  const browser = new FakeBrowser(network);
  const pass = (ms: number): Promise<void> => act(() => network.pass(ms));
  // What is loaded lazily is loaded by the first tab, in no fixed number of turns.
  await import("../../client/src/share/share.ts");
  const open = async (): Promise<{ tab: FakeTab; view: RenderResult }> => {
    const tab = browser.open();
    const view = render(
      <StrictMode>
        <WebSocketProvider config={{ url, share: "tabs" }} env={tab.env}>
          <Figures />
        </WebSocketProvider>
      </StrictMode>,
    );
    await pass(100);
    return { tab, view };
  };
  const shown = (pages: readonly { view: RenderResult }[]): (string | null)[] =>
    pages.map(({ view }) => view.container.textContent);

  const pages = [await open(), await open()];
  network.last.push(message("metrics_update", metrics({ total_requests: 7 })));
  pages.push(await open());
  await pass(100);
  expect(network.sockets).toHaveLength(1);
  expect(shown(pages)).toEqual([
    "CONNECTED leader 7",
    "CONNECTED follower 7",
    "CONNECTED follower 7",
  ]);

  pages.shift()?.view.unmount();
  await pass(100);
  network.last.push(message("metrics_update", metrics({ total_requests: 8 })));
  await pass(100);
  expect(network.live).toBe(1);
  expect(shown(pages)).toEqual(["CONNECTED leader 8", "CONNECTED follower 8"]);

  for (const { view } of pages) view.unmount();
  await pass(1_000);
  expect([network.live, network.clock.timers, browser.locks, browser.channels]).toEqual([
    0,
    0,
    [],
    0,
  ]);
});
