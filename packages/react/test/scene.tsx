import { WebSocketProvider, type WebSocketProviderProps } from "@telltale/react";
import { FakeNetwork } from "@telltale/testkit/fake-network";
import { message } from "@telltale/testkit/sample";
import { act, type RenderResult, render } from "@testing-library/react";
import type { ReactNode } from "react";

export const url = "ws://server.example/metrics/stream";

export interface Scene extends RenderResult {
  network: FakeNetwork;
  /** Lets time pass, and React follow. */
  advance(ms: number): void;
  /** Delivers one message and shows it. */
  push(type: string, data: unknown): void;
  /** Renders again, with other properties of the provider. */
  again(props: Partial<WebSocketProviderProps>, children?: ReactNode): void;
}

/** Renders below a provider in a fake network, and waits for the connection. */
export function scene(
  children: ReactNode,
  props: Partial<WebSocketProviderProps> = {},
  network: FakeNetwork = new FakeNetwork(),
): Scene {
  const env = network.env();
  const tree = (change: Partial<WebSocketProviderProps>, inside: ReactNode): ReactNode => (
    <WebSocketProvider config={{ url }} env={env} {...props} {...change}>
      {inside}
    </WebSocketProvider>
  );
  const rendered = render(tree({}, children));
  const advance = (ms: number): void => act(() => network.clock.advance(ms));
  advance(1);
  return {
    ...rendered,
    network,
    advance,
    push(type, data) {
      act(() => {
        network.last.push(message(type, data));
        network.clock.advance(16);
      });
    },
    again: (change, inside = children) => rendered.rerender(tree(change, inside)),
  };
}
