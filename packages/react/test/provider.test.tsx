import { useRealtimeMetrics, useWebSocket, WebSocketProvider } from "@telltale/react";
import { FakeNetwork } from "@telltale/testkit/fake-network";
import { metrics } from "@telltale/testkit/sample";
import { act, cleanup, render } from "@testing-library/react";
import { type ReactElement, StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { scene, url } from "./scene.tsx";

afterEach(cleanup);

function State(): ReactElement {
  const { connectionState, metrics } = useRealtimeMetrics();
  return (
    <p>
      {connectionState} {metrics?.total_requests ?? "none"}
    </p>
  );
}

describe("the provider", () => {
  it("[C8] opens one socket under StrictMode, and none is left after unmounting", () => {
    const network = new FakeNetwork();
    const { unmount } = render(
      <StrictMode>
        <WebSocketProvider config={{ url }} env={network.env()}>
          <State />
        </WebSocketProvider>
      </StrictMode>,
    );
    act(() => network.clock.advance(60_000));
    expect(network.sockets).toHaveLength(1);
    expect(network.live).toBe(1);
    unmount();
    network.clock.advance(1);
    expect([network.live, network.clock.timers, network.clock.listeners]).toEqual([0, 0, 0]);
  });

  it("[C8] does not reconnect for a configuration written inline, nor for a new callback", () => {
    const calls: string[] = [];
    const { again, network, advance } = scene(<State />, {
      config: { url, maxReconnectAttempts: Number.POSITIVE_INFINITY, getToken: () => "a" },
    });
    for (const name of ["first", "second"]) {
      again({
        config: { url, maxReconnectAttempts: Number.POSITIVE_INFINITY, getToken: () => name },
        onDisconnect: () => calls.push(name),
      });
      advance(1_000);
    }
    expect(network.sockets).toHaveLength(1);
    act(() => network.last.end());
    expect(calls).toEqual(["second"]);
  });

  it("reconnects for a new URL, and forgets what the old one told", () => {
    const { again, network, advance, container, push } = scene(<State />);
    push("metrics_update", metrics({ total_requests: 7 }));
    expect(container.textContent).toBe("CONNECTED 7");
    again({ config: { url: "ws://other.example/" } });
    advance(1);
    expect(network.sockets.map((socket) => socket.url)).toEqual([url, "ws://other.example/"]);
    expect(network.live).toBe(1);
    expect(container.textContent).toBe("CONNECTED none");
  });

  it("takes other options without a reconnect", () => {
    const { again, network, push } = scene(<State />);
    again({ config: { url, debug: true } });
    push("metrics_update", metrics());
    expect(network.sockets).toHaveLength(1);
    expect(network.clock.logged.length).toBeGreaterThan(0);
  });

  it("with autoConnect false waits to be asked", () => {
    function Button(): ReactElement {
      const { connect } = useWebSocket();
      return (
        <button type="button" onClick={connect}>
          Go
        </button>
      );
    }
    const { network, advance, getByText } = scene(<Button />, {
      config: { url, autoConnect: false },
    });
    advance(60_000);
    expect(network.sockets).toHaveLength(0);
    act(() => getByText("Go").click());
    advance(1);
    expect(network.live).toBe(1);
  });

  it("calls back through an outage", () => {
    const told: unknown[] = [];
    const { network, advance } = scene(null, {
      config: { url, maxReconnectAttempts: 1 },
      onConnect: () => told.push("connect"),
      onDisconnect: (reason) => told.push(reason),
      onReconnecting: (attempt) => told.push(attempt),
      onReconnected: () => told.push("reconnected"),
      onError: (error) => told.push(error.message),
      onMaxReconnectAttemptsReached: () => told.push("gave up"),
    });
    act(() => network.last.end(1012));
    advance(2_000);
    network.serve = (socket) => socket.end();
    act(() => network.last.end(1006));
    advance(60_000);
    expect(told).toEqual([
      "connect",
      "Connection lost (1012)",
      1,
      "connect",
      "reconnected",
      "Connection lost (1006)",
      "gave up",
    ]);
  });

  it("passes on what the server did to this client", () => {
    const told: string[] = [];
    const { push } = scene(null, { onNotice: ({ code }) => told.push(code) });
    push("notice", { code: "conflated", message: "3 updates were left out", count: 3 });
    expect(told).toEqual(["conflated"]);
  });

  it("is missed by a hook with a sentence that says what to do", () => {
    const silent = vi.spyOn(console, "error").mockImplementation(() => {});
    expect(() => render(<State />)).toThrow("No <WebSocketProvider> above this component");
    silent.mockRestore();
  });
});

describe("on a server", () => {
  const tree = (env: ReturnType<FakeNetwork["env"]>): ReactElement => (
    <StrictMode>
      <WebSocketProvider config={{ url }} env={env}>
        <State />
      </WebSocketProvider>
    </StrictMode>
  );

  it("renders the disconnected state and opens nothing", () => {
    const network = new FakeNetwork();
    const html = renderToString(tree(network.env()));
    expect(html).toContain("DISCONNECTED");
    expect([network.sockets.length, network.clock.timers]).toEqual([0, 0]);
  });

  it("[C11] hydrates without a mismatch", async () => {
    const network = new FakeNetwork();
    const container = document.createElement("div");
    container.innerHTML = renderToString(tree(network.env()));
    document.body.append(container);
    const problems: unknown[] = [];
    const noise = vi.spyOn(console, "error").mockImplementation((...parts) => problems.push(parts));
    const onRecoverableError = (error: unknown): void => {
      problems.push(error);
    };
    const root = await act(() =>
      hydrateRoot(container, tree(network.env()), { onRecoverableError }),
    );
    act(() => network.clock.advance(1));
    expect(container.textContent).toBe("CONNECTED none");
    expect(problems).toEqual([]);
    act(() => root.unmount());
    noise.mockRestore();
  });
});
