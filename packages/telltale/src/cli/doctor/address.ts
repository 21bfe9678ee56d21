import { shownAddress } from "../stream-address.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import { isLoopback, isSecure } from "./target.ts";

const confidential = /token|secret|password|passwd|api_?key|auth|jwt|session/i;

function secretOf(url: URL): string | undefined {
  return [...url.searchParams.keys()].find((key) => confidential.test(key));
}

/** Whether the address alone may let somebody in. */
export function carriesSecret(url: URL): boolean {
  return url.username !== "" || url.password !== "" || secretOf(url) !== undefined;
}

/** The address by itself, before anybody is asked. `url` is an error when it cannot be read. */
export function judgeAddress(url: URL | Error): Finding {
  if (url instanceof Error) {
    return fail(
      url.message,
      "write the address as your page does, such as wss://host/metrics/stream",
    );
  }
  const shown = shownAddress(url);
  if (url.username || url.password) {
    return warn(
      `${shown} carries a login`,
      "leave it out: it ends up in logs, and browsers treat it differently; use a cookie or a token",
    );
  }
  const named = secretOf(url);
  if (named !== undefined) {
    return warn(
      `${shown} carries ${named} in its query`,
      "send it in a message or a cookie instead: addresses end up in the logs of servers and proxies",
    );
  }
  if (!isSecure(url) && !isLoopback(url)) {
    return warn(
      `${shown} is not encrypted`,
      "serve it as wss://: pages on https:// may not open ws://, and anybody on the way can read it",
    );
  }
  return ok(shown);
}
