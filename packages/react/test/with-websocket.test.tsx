import { type WebSocketProp, type WithWebSocketProps, withWebSocket } from "@telltale/react";
import { init, metrics } from "@telltale/testkit/sample";
import { act, cleanup } from "@testing-library/react";
import { Component, memo, type ReactNode } from "react";
import { afterEach, describe, expect, it } from "vitest";
import { scene } from "./scene.tsx";

afterEach(cleanup);

let seen: WebSocketProp | undefined;
let renders = 0;

class Panel extends Component<WithWebSocketProps & { title: string }> {
  override render(): ReactNode {
    const { title, websocket } = this.props;
    seen = websocket;
    renders++;
    return (
      <p>
        {title} {websocket.state} {String(websocket.isConnected)}
      </p>
    );
  }
}

describe("withWebSocket", () => {
  it("gives a class component the connection beside its own properties", () => {
    const Live = withWebSocket(Panel);
    const { container, network, advance } = scene(<Live title="Status" />);
    expect(container.textContent).toBe("Status CONNECTED true");
    expect(seen?.info).toMatchObject({ state: "CONNECTED", transport: "websocket" });
    act(() => network.last.end());
    expect(container.textContent).toBe("Status RECONNECTING false");
    act(() => seen?.disconnect());
    expect(container.textContent).toBe("Status DISCONNECTED false");
    act(() => seen?.connect());
    advance(1);
    expect(container.textContent).toBe("Status CONNECTED true");
  });

  it("sends, and tells what became of it", () => {
    const Live = withWebSocket(Panel);
    const { push, network } = scene(<Live title="" />);
    push("init", init({ capabilities: ["custom"] }));
    expect(seen?.send("custom", 1)).toEqual({ status: "sent" });
    expect(network.last.sent("custom").map((one) => one.data)).toEqual([1]);
  });

  it("keeps the property the same until the connection changes", () => {
    const Live = withWebSocket(memo(Panel));
    const { push, again, network } = scene(<Live title="a" />);
    const first = seen;
    renders = 0;
    push("metrics_update", metrics());
    again({}, <Live title="a" />);
    expect([renders, seen === first]).toEqual([0, true]);
    act(() => network.last.end());
    expect([renders, seen === first]).toEqual([1, false]);
  });

  it("can be recognised in the developer tools", () => {
    expect(withWebSocket(Panel).displayName).toBe("withWebSocket(Panel)");
    const Named = (_props: WithWebSocketProps): null => null;
    Named.displayName = "Own";
    expect(withWebSocket(Named).displayName).toBe("withWebSocket(Own)");
  });
});
