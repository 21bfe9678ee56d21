import type { Env } from "../env.ts";
import { type EarlySocket, openSocket } from "./early-socket.ts";
import type { Link, LinkEvents, Opening } from "./transport.ts";

const OPEN = 1;

/**
 * RFC 6455, with the browser's socket or any that looks like it.
 *
 * @param early One that is open or opening already.
 * @throws when there is none, or it takes no such address.
 */
export function webSocket(
  { address, protocols }: Opening,
  events: LinkEvents,
  env: Env,
  early?: EarlySocket,
): Link {
  const Socket = env.webSocket();
  if (!Socket) throw new Error("this runtime has no WebSocket; pass one as env.webSocket");
  const { socket, listen } = early ?? openSocket(Socket, address(), protocols);
  let live = true;
  listen((type, { data, code = 1006, reason = "" }) => {
    if (!live) return;
    if (type === "open") events.opened();
    if (type === "message") events.frame(data);
    if (type !== "close") return;
    live = false;
    events.closed(code, reason);
  });
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
}
