import {
  ConnectionBadge,
  ConnectionStats,
  ConnectionStatus,
  TelltaleBoundary,
  TelltaleInspector,
  useHistory,
  useRealtimeMetrics,
  WebSocketProvider,
} from "@telltale/react";
import { FakeNetwork } from "@telltale/testkit/fake-network";
import { message, metrics } from "@telltale/testkit/sample";
import { act, cleanup } from "@testing-library/react";
import { lazy, type ReactElement, StrictMode, Suspense } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { scene, url } from "./scene.tsx";

afterEach(cleanup);

function Reader(): ReactElement {
  const { metrics, connectionState } = useRealtimeMetrics();
  const { isLoading } = useHistory({ metric: "requests" });
  return (
    <p>
      {connectionState} {metrics?.total_requests ?? "none"} {String(isLoading)}
    </p>
  );
}

function page(network: FakeNetwork): ReactElement {
  return (
    <StrictMode>
      <WebSocketProvider config={{ url: "/metrics/stream" }} env={network.env()}>
        <ConnectionStatus showDetails showLatency position="top-right" />
        <ConnectionBadge />
        <ConnectionStats />
        <ConnectionStats compact />
        <Reader />
        <TelltaleBoundary loading={<i>Waiting</i>}>
          <b>Loaded</b>
        </TelltaleBoundary>
        <TelltaleInspector />
      </WebSocketProvider>
    </StrictMode>
  );
}

// The first of all: once it has arrived it is there at once.
describe("the inspector of the main entry", () => {
  it("arrives as a chunk of its own", async () => {
    const { container, findByRole } = scene(<TelltaleInspector defaultOpen />);
    expect(container.querySelector(".telltale-inspector")).toBeNull();
    await findByRole("region", { name: "Telltale inspector" });
  });
});

describe("a page with everything on it", () => {
  it("is rendered by a server, and hydrated without a difference, in StrictMode", async () => {
    const onServer = new FakeNetwork();
    const noise = vi.spyOn(console, "error").mockImplementation(() => {});
    const html = renderToString(page(onServer));
    expect([onServer.sockets.length, onServer.clock.timers]).toEqual([0, 0]);
    expect(html).toContain("DISCONNECTED");
    expect(html).toContain("Waiting");

    const network = new FakeNetwork();
    // The page is read hours after it was rendered.
    network.clock.advance(7_200_000);
    const container = document.createElement("div");
    container.innerHTML = html;
    document.body.append(container);
    const before = container.querySelector("dl");
    const recovered: unknown[] = [];
    const root = await act(async () =>
      hydrateRoot(container, page(network), {
        onRecoverableError: (error) => recovered.push(error),
      }),
    );
    expect(container.querySelector("dl")).toBe(before);
    act(() => network.clock.advance(1));
    expect(network.sockets).toHaveLength(1);
    act(() => {
      network.last.push(message("metrics_update", metrics({ total_requests: 7 })));
      network.clock.advance(16);
    });
    expect(container.textContent).toContain("CONNECTED 7 true");
    expect(container.textContent).toContain("Loaded");
    expect([recovered, noise.mock.calls]).toEqual([[], []]);
    act(() => root.unmount());
    act(() => network.clock.advance(1));
    expect([network.live, network.clock.timers, network.clock.listeners]).toEqual([0, 0, 0]);
    noise.mockRestore();
  });
});

describe("a part that hydrates late", () => {
  it("is compared with what the server saw, not with the connection there is by then", async () => {
    const tree = (network: FakeNetwork, inside: ReactElement): ReactElement => (
      <WebSocketProvider config={{ url }} env={network.env()}>
        <Suspense fallback={null}>{inside}</Suspense>
      </WebSocketProvider>
    );
    const stats = (): ReactElement => (
      <>
        <ConnectionStats />
        <ConnectionStatus showDetails />
      </>
    );
    const container = document.createElement("div");
    container.innerHTML = renderToString(tree(new FakeNetwork(), stats()));
    document.body.append(container);
    const dl = container.querySelector("dl");

    let arrive: (module: { default: () => ReactElement }) => void = () => {};
    const Late = lazy(
      () =>
        new Promise<{ default: () => ReactElement }>((resolve) => {
          arrive = resolve;
        }),
    );
    const network = new FakeNetwork();
    const recovered: unknown[] = [];
    const root = await act(async () =>
      hydrateRoot(container, tree(network, <Late />), {
        onRecoverableError: (error) => recovered.push(error),
      }),
    );
    act(() => network.clock.advance(1));
    act(() => {
      network.last.push(message("metrics_update", metrics()));
      network.clock.advance(5_000);
    });
    expect(dl?.textContent).toContain("Disconnected");
    await act(async () => arrive({ default: stats }));
    expect(recovered).toEqual([]);
    expect(container.querySelector("dl")).toBe(dl);
    expect(dl?.textContent).toContain("ConnectedTransportWebSocketUptime5 s");
    act(() => root.unmount());
  });
});

describe("TelltaleBoundary with a loading state", () => {
  it("stands in until the first data, and for what suspends within", async () => {
    let arrive: (module: { default: () => ReactElement }) => void = () => {};
    const Late = lazy(
      () =>
        new Promise<{ default: () => ReactElement }>((resolve) => {
          arrive = resolve;
        }),
    );
    const { container, push } = scene(
      <TelltaleBoundary loading="Waiting">
        <Late />
      </TelltaleBoundary>,
      { config: { url } },
    );
    expect(container.textContent).toBe("Waiting");
    push("metrics_update", metrics());
    expect(container.textContent).toBe("Waiting");
    await act(async () => arrive({ default: () => <b>Here</b> }));
    expect(container.textContent).toBe("Here");
  });
});
