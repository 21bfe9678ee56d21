import type { Transport } from "./transport.ts";

const OPEN = 1;

/**
 * An `http` URL becomes `ws`, a relative one is taken from where the page is, and a fragment,
 * which RFC 6455 (section 3) forbids, is dropped.
 */
export function webSocketUrl(url: string, base: string | undefined): string {
  const target = new URL(url, base);
  target.protocol = target.protocol.replace(/^http/, "ws");
  target.hash = "";
  return target.href;
}

/** RFC 6455, with the browser's socket or any that looks like it. */
export const webSocket: Transport = {
  name: "websocket",
  open(url, protocols, events, env) {
    const Socket = env.webSocket();
    if (!Socket) throw new Error("this runtime has no WebSocket; pass one as env.webSocket");
    const socket = new Socket(webSocketUrl(url, env.base()), protocols);
    let live = true;
    socket.addEventListener("open", () => {
      if (live) events.opened();
    });
    socket.addEventListener("message", ({ data }) => {
      if (live) events.frame(data);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (live) {
        live = false;
        events.closed(code ?? 1006, reason ?? "");
      }
    });
    // Browsers say nothing of use here and `ws` throws without a listener; `close` follows.
    socket.addEventListener("error", () => {});
    return {
      send(text) {
        if (socket.readyState !== OPEN) return false;
        socket.send(text);
        return true;
      },
      close() {
        live = false;
        socket.close(1000);
      },
    };
  },
};
