import { connectFailure } from "../connect-failure.ts";
import { excerpt, type Finding, fail, ms, note, ok, skip, warn } from "./finding.ts";
import type { Opening } from "./socket.ts";

type Refusal = Extract<Opening, { kind: "refused" }>;

const origins =
  "allow the origin of your page on the server (Telltale: --allowed-origins), or examine it with --origin";
const proxy =
  "see what the proxy in front logs: it does not reach the server behind it, or gives up on it";

const advice: Readonly<Record<number, string>> = {
  200: "something answers instead of the stream: check the path, and let the proxy pass on Upgrade and Connection over HTTP/1.1",
  400: "a proxy may drop the Upgrade headers (nginx: proxy_http_version 1.1, Upgrade and Connection), or the server wants a subprotocol",
  401: "the server wants a login before the upgrade, where a browser can only send a cookie; examine it with --key",
  403: origins,
  404: "check the path: Telltale's is /metrics/stream; a framework may also lack its WebSocket support (uvicorn: install websockets)",
  405: "the path exists, but is no WebSocket: check the path",
  426: "the server did not see the upgrade: let the proxy pass on Upgrade and Connection (nginx: proxy_http_version 1.1)",
  429: "too many attempts: wait, then examine again",
  502: proxy,
  503: proxy,
  504: proxy,
};

/** What the server made of the HTTP upgrade (RFC 6455, section 4). */
export function judgeUpgrade(opening: Opening): Finding {
  if (opening.kind === "open") {
    const measured = `101 after ${ms(opening.took)}`;
    return opening.took > 2_000
      ? warn(
          measured,
          "see what the server does before it accepts: a page shows nothing until then",
        )
      : ok(measured);
  }
  if (opening.kind === "refused") return judgeRefusal(opening);
  const { error } = opening;
  if (/timed out/i.test(error.message)) {
    return fail(
      "the upgrade is not answered",
      "check that this port is of a web server, and that nothing on the way swallows the upgrade",
    );
  }
  if (/Sec-WebSocket-Accept/.test(error.message)) {
    return fail(
      "the answer to the upgrade is wrong (Sec-WebSocket-Accept)",
      "a cache or proxy answers for the server: let it pass the upgrade through",
    );
  }
  const { reason, advice: todo } = connectFailure(error);
  return fail(reason, todo);
}

function judgeRefusal({ status, location, body }: Refusal): Finding {
  const said = excerpt(sentenceOf(body));
  const measured = said ? `${status}: ${said}` : `${status}`;
  if (status >= 300 && status < 400) {
    return fail(
      `${status} to ${excerpt(location ?? "nowhere")}`,
      "use that address: browsers follow no redirect when they open a WebSocket",
    );
  }
  const known = advice[status];
  const other =
    status >= 500
      ? "the server failed: see its log"
      : "check the address and what the server expects";
  return fail(measured, known ?? other);
}

/** What a problem document (RFC 9457) says; of other text, the text. */
function sentenceOf(body: string): string {
  try {
    const problem: unknown = JSON.parse(body);
    if (typeof problem === "object" && problem !== null && "detail" in problem) {
      return String(problem.detail);
    }
  } catch {
    // It is no JSON.
  }
  return /<[a-z!]/i.test(body) ? "" : body;
}

/** Whether it opened without a subprotocol, which browsers take back when the server ignores it. */
export function judgeSubprotocol(opening: Opening): Finding {
  if (opening.kind === "open") return ok("none offered, none needed");
  if (opening.kind === "failed" && /subprotocol/i.test(opening.error.message)) {
    return fail(
      "the server chose a subprotocol that nobody offered",
      "let it answer without Sec-WebSocket-Protocol unless the client asks: browsers refuse it",
    );
  }
  return skip("the stream did not open");
}

/** What was agreed on besides (RFC 7692). */
export function judgeCompression(extensions: string): Finding {
  if (extensions === "") return ok("offered, not used");
  return note(
    `${extensions}: costs the server memory and time per client, which small messages seldom repay`,
  );
}
