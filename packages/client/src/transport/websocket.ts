import type { Transport } from "./transport.ts";

const OPEN = 1;

/** RFC 6455, with the browser's socket or any that looks like it. */
export const webSocket: Transport = {
  name: "websocket",
  open({ address, protocols }, events, env) {
    const Socket = env.webSocket();
    if (!Socket) throw new Error("this runtime has no WebSocket; pass one as env.webSocket");
    const socket = new Socket(address(), protocols);
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
