import {
  TelltaleBoundary,
  useFirstData,
  useModelMetrics,
  useRealtimeMetrics,
  WebSocketProvider,
} from "@telltale/react";
import { FakeNetwork } from "@telltale/testkit/fake-network";
import { message, metrics, model } from "@telltale/testkit/sample";
import { act, cleanup } from "@testing-library/react";
import { type ReactElement, StrictMode, Suspense } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Scene, scene, url } from "./scene.tsx";

afterEach(cleanup);

let renders = 0;

function Total(): ReactElement {
  const { metrics, connectionState } = useRealtimeMetrics({ suspense: true });
  renders++;
  return <p>{`${connectionState} ${metrics?.total_requests ?? "none"}`}</p>;
}

function ModelCount(): ReactElement {
  useFirstData();
  return <p>{useModelMetrics("a")?.request_count ?? "no such model"}</p>;
}

const panel = (
  <Suspense fallback={<i>Waiting</i>}>
    <Total />
  </Suspense>
);

async function deliver(made: Scene, type: string, data: unknown): Promise<void> {
  // What was suspended is tried again in a task of its own.
  await act(async () => made.push(type, data));
}

describe("a component that asks for suspense", () => {
  it("waits for the first data, in one connection, StrictMode included", async () => {
    renders = 0;
    const made = scene(<StrictMode>{panel}</StrictMode>);
    expect(made.container.textContent).toBe("Waiting");
    expect(renders).toBe(0);
    await deliver(made, "metrics_update", metrics({ total_requests: 5 }));
    expect(made.container.textContent).toBe("CONNECTED 5");
    await deliver(made, "metrics_update", metrics({ total_requests: 6 }));
    expect(made.container.textContent).toBe("CONNECTED 6");
    expect(made.network.sockets).toHaveLength(1);
  });

  it("does not wait when it is mounted late", async () => {
    const made = scene(null);
    await deliver(made, "model_update", model("a"));
    made.again({}, panel);
    expect(made.container.textContent).toBe("CONNECTED none");
  });

  it("does not wait for a connection that has ended for good", async () => {
    const made = scene(panel);
    await act(async () => made.network.last.end(4003, "forbidden"));
    expect(made.container.textContent).toBe("ERROR none");
  });

  it("waits again when the provider is given another address", async () => {
    const made = scene(panel);
    await deliver(made, "metrics_update", metrics({ total_requests: 5 }));
    await act(async () => made.again({ config: { url: "ws://other.example/" } }));
    made.advance(16);
    expect(made.getByText("Waiting")).not.toBeNull();
    made.advance(1);
    await deliver(made, "metrics_update", metrics({ total_requests: 7 }));
    expect(made.getByText("CONNECTED 7")).not.toBeNull();
  });

  it("may be any, with useFirstData, also below a TelltaleBoundary", async () => {
    const made = scene(
      <TelltaleBoundary loading="Loading">
        <ModelCount />
      </TelltaleBoundary>,
    );
    expect(made.container.textContent).toBe("Loading");
    await deliver(made, "model_update", { ...model("a"), request_count: 3 });
    expect(made.container.textContent).toBe("3");
  });

  it("leaves nothing behind when it goes before there were any data", () => {
    const made = scene(panel);
    made.unmount();
    made.network.clock.advance(1);
    expect([made.network.clock.timers, made.network.live]).toEqual([0, 0]);
  });
});

it("[C11] a server does not wait, and a page that waits hydrates without a mismatch", async () => {
  const page = (network: FakeNetwork): ReactElement => (
    <WebSocketProvider config={{ url }} env={network.env()}>
      {panel}
    </WebSocketProvider>
  );
  const { document } = globalThis;
  vi.stubGlobal("document", undefined);
  const html = renderToString(page(new FakeNetwork()));
  vi.stubGlobal("document", document);
  expect(html).toContain("<p>DISCONNECTED none</p>");

  const noise = vi.spyOn(console, "error").mockImplementation(() => {});
  const container = document.createElement("div");
  container.innerHTML = html;
  const network = new FakeNetwork();
  const root = await act(async () => hydrateRoot(container, page(network)));
  expect(container.textContent).toBe("DISCONNECTED none");
  await act(async () => network.clock.advance(1));
  await act(async () => {
    network.last.push(message("metrics_update", metrics({ total_requests: 9 })));
    network.clock.advance(16);
  });
  expect(container.textContent).toBe("CONNECTED 9");
  expect(noise).not.toHaveBeenCalled();
  await act(async () => root.unmount());
  noise.mockRestore();
  vi.unstubAllGlobals();
});
