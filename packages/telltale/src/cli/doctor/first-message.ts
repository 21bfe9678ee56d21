import { accepts, closeAction, init, PROTOCOL_VERSION } from "@telltale/protocol";
import { excerpt, type Finding, fail, ms, ok, warn } from "./finding.ts";
import type { Message } from "./messages.ts";
import type { Closing } from "./socket.ts";

export interface Beginning {
  /** The first message; undefined when none could be read. */
  readonly message: Message | undefined;
  /** ms from the opened connection to the first frame; null when none came. */
  readonly took: number | null;
  readonly closing: Closing | undefined;
  /** How long was waited, ms. */
  readonly patience: number;
}

/** What a page gets first, and how long its reader waits for it. */
export function judgeFirstMessage({ message, took, closing, patience }: Beginning): Finding {
  if (took === null) {
    if (closing)
      return fail(`closed ${closingText(closing)} before the first message`, adviceOf(closing));
    return warn(
      `nothing in ${ms(patience)}`,
      "send the state as it stands when somebody connects: a page is empty until then",
    );
  }
  if (!message) return fail(`after ${ms(took)}, unreadable`, "see schema below");
  const { type, data } = message.envelope;
  const measured = `${excerpt(type, 40)} after ${ms(took)}`;
  if (took > 3_000) {
    return warn(measured, "send the state when somebody connects: a page is empty until then");
  }
  if (type !== "init") return ok(`${measured}; no init: the client only listens`);
  if (!accepts(init, data)) return ok(measured);
  const { protocol, server, capabilities } = data;
  const knows = `${measured}: ${excerpt(`${server.name} ${server.version}`, 60)}`;
  if (protocol !== PROTOCOL_VERSION) {
    return warn(
      `${knows}, protocol ${protocol}`,
      `use a client of that version: this one speaks ${PROTOCOL_VERSION}`,
    );
  }
  const listensTo = capabilities.length === 0 ? "nothing" : excerpt(capabilities.join(", "), 80);
  return ok(`${knows}, listens to ${listensTo}`);
}

export function closingText({ code, reason }: Closing): string {
  return reason ? `with ${code} (${excerpt(reason)})` : `with ${code}`;
}

export function adviceOf({ code }: Closing): string {
  if (code === 1006)
    return "the connection broke off: see the log of the server and of the proxies on the way";
  if (code === 1008) return "the server's policy refused this: check origin, login and rights";
  if (code === 1011) return "the server failed: see its log";
  switch (closeAction(code)) {
    case "refresh_token":
      return "the server wants a token: the client sends it from getToken";
    case "stop":
      return "the server will not have this client: its reason says why";
    case "retry_slowly":
      return "the server is overloaded or limits connections: try later";
    default:
      return "see the server's log: it ended the connection by itself";
  }
}
