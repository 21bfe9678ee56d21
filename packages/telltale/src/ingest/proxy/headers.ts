import { withoutCookies } from "../../access/credentials.ts";
import { holdsKey } from "../../access/secret.ts";

/** Header lines as they came: name, value, name, value. Names keep their case, repeats their order. */
export type HeaderLines = readonly string[];

/** RFC 9110 7.6.1, and `Expect`, which the server in front has answered already. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "transfer-encoding",
  "upgrade",
  "expect",
]);

/** Each header of `lines`, the name in lower case. */
export function* eachHeader(lines: HeaderLines): Generator<readonly [string, string, string]> {
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const name = lines[i] ?? "";
    yield [name.toLowerCase(), lines[i + 1] ?? "", name];
  }
}

/** First value of `name` (lower case). */
export function headerOf(lines: HeaderLines, name: string): string | null {
  for (const [key, value] of eachHeader(lines)) if (key === name) return value;
  return null;
}

/** `lines` without those named (lower case). */
export function without(lines: HeaderLines, names: readonly string[]): string[] {
  const kept: string[] = [];
  for (const [key, value, name] of eachHeader(lines)) {
    if (!names.includes(key)) kept.push(name, value);
  }
  return kept;
}

function endToEnd(lines: HeaderLines): string[] {
  const dropped = new Set(hopByHop);
  for (const [key, value] of eachHeader(lines)) {
    if (key !== "connection") continue;
    for (const token of value.split(",")) dropped.add(token.trim().toLowerCase());
  }
  return without(lines, [...dropped]);
}

/**
 * What the upstream is sent: the caller's headers, credentials untouched, but for hop-by-hop ones,
 * `Host` (rewritten), our own `x-telltale-*`, and keys and cookies of this server wherever they stand. `accept-encoding: identity`, because tokens can
 * only be counted, and `include_usage` undone byte by byte, in plain text; compressing a local
 * hop would cost latency for nothing.
 */
export function requestHeaders(lines: HeaderLines): string[] {
  const sent: string[] = [];
  for (const [key, value, name] of eachHeader(endToEnd(lines))) {
    if (key === "host" || key === "accept-encoding" || key.startsWith("x-telltale-")) continue;
    const shown = key === "cookie" ? withoutCookies(value) : value;
    if ((shown === "" && value !== "") || isOurs(shown)) continue;
    sent.push(name, shown);
  }
  sent.push("accept-encoding", "identity");
  return sent;
}

/** A key of this server, also as a Basic login: whoever is behind the upstream must not have it. */
function isOurs(value: string): boolean {
  if (holdsKey(value)) return true;
  const [, pair = ""] = /^basic +(\S+)/i.exec(value) ?? [];
  return pair !== "" && holdsKey(Buffer.from(pair, "base64").toString("latin1"));
}

/** What the caller is sent: the upstream's headers but for hop-by-hop ones. */
export function responseHeaders(lines: HeaderLines): string[] {
  return endToEnd(lines);
}

/** The secrets among a caller's headers, to be taken out of whatever is kept. */
export function credentialsIn(lines: HeaderLines): string[] {
  const found: string[] = [];
  for (const [key, value] of eachHeader(lines)) {
    if (/authorization|key|token|secret|cookie/.test(key)) found.push(value.replace(/^\w+ +/, ""));
  }
  return found;
}
