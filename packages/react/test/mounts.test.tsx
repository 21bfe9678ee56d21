import {
  ConnectionStatus,
  defaultEnv,
  useRealtimeMetrics,
  useWebSocket,
  useWebSocketSubscription,
  WebSocketProvider,
  type WebSocketService,
} from "@telltale/react";
import { FakeNetwork } from "@telltale/testkit/fake-network";
import { message, metrics } from "@telltale/testkit/sample";
import { act, type ReactElement, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";

const MOUNTS = 2_000;

const services = new Set<WebSocketService>();

function Everything(): ReactElement {
  services.add(useWebSocket());
  const { metrics } = useRealtimeMetrics();
  useWebSocketSubscription("metrics_update", () => {});
  return (
    <>
      <ConnectionStatus showDetails showLatency />
      <p>{metrics?.total_requests}</p>
    </>
  );
}

/** Listeners that were added to the window and the document, less those removed. */
function countListeners(): { readonly now: number } {
  const held = new Set<string>();
  const ids = new Map<unknown, number>();
  const idOf = (listener: unknown): number => {
    const id = ids.get(listener) ?? ids.size;
    ids.set(listener, id);
    return id;
  };
  for (const target of [globalThis, document] as EventTarget[]) {
    const key = (type: string, listener: unknown): string =>
      `${target === document} ${type} ${idOf(listener)}`;
    const { addEventListener, removeEventListener } = target;
    vi.spyOn(target, "addEventListener").mockImplementation((...all) => {
      held.add(key(all[0], all[1]));
      addEventListener.apply(target, all);
    });
    vi.spyOn(target, "removeEventListener").mockImplementation((...all) => {
      held.delete(key(all[0], all[1]));
      removeEventListener.apply(target, all);
    });
  }
  return {
    get now() {
      return held.size;
    },
  };
}

it(`[C19] ${MOUNTS} providers that came and went leave no timer, listener, socket or callback`, () => {
  const network = new FakeNetwork();
  const env = { ...network.env(), onWake: defaultEnv.onWake };
  const container = document.createElement("div");
  const root = createRoot(container);
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const listeners = countListeners();
  const show = (mounted: boolean): void =>
    act(() =>
      root.render(
        <StrictMode>
          {mounted && (
            <WebSocketProvider config={{ url: "ws://s/" }} env={env}>
              <Everything />
            </WebSocketProvider>
          )}
        </StrictMode>,
      ),
    );
  show(false);
  const before = [network.clock.timers, listeners.now, network.live];

  for (let mount = 0; mount < MOUNTS; mount++) {
    show(true);
    // Some leave while they connect, some once they have data, some while they wait for a retry.
    if (mount % 3 > 0) {
      act(() => {
        network.clock.advance(1);
        network.last.push(message("metrics_update", metrics({ total_requests: mount })));
        if (mount % 3 === 1) network.last.end();
        network.clock.advance(20);
      });
    }
    if (mount === 1) {
      expect(network.clock.timers).toBeGreaterThan(before[0] ?? 0);
      expect(listeners.now).toBeGreaterThan(before[1] ?? 0);
    }
    show(false);
    act(() => network.clock.advance(0));
  }

  expect([network.clock.timers, listeners.now, network.live]).toEqual(before);
  expect(network.sockets.length).toBe(MOUNTS);
  // Each render of StrictMode makes a service more, of which one is used.
  expect(services.size).toBeGreaterThanOrEqual(MOUNTS);
  for (const { subscriptions } of services) expect(subscriptions.size).toBe(0);
  act(() => root.unmount());
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
}, 120_000);
