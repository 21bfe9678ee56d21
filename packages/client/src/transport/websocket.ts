import type { Env } from "../env.ts";
import type { Link, LinkEvents, Opening } from "./transport.ts";

const OPEN = 1;

/**
 * RFC 6455, with the browser's socket or any that looks like it.
 *
 * @throws when there is none, or it takes no such address.
 */
export function webSocket(
  { address, protocols }: Pick<Opening, "address" | "protocols">,
  events: LinkEvents,
  env: Env,
): Link {
  const Socket = env.webSocket();
  if (!Socket) throw new Error("this runtime has no WebSocket; pass one as env.webSocket");
  const socket = new Socket(address(), protocols);
  let live = true;
  socket.addEventListener("open", () => live && events.opened());
  socket.addEventListener("message", ({ data }) => live && events.frame(data));
  socket.addEventListener("close", ({ code = 1006, reason = "" }) => {
    if (!live) return;
    live = false;
    events.closed(code, reason);
  });
  // Browsers say nothing of use here and `ws` throws without a listener; `close` follows.
  socket.addEventListener("error", () => {});
  return {
    send(text) {
      const open = socket.readyState === OPEN;
      if (open) socket.send(text);
      return open;
    },
    close() {
      live = false;
      socket.close(1000);
    },
  };
}
