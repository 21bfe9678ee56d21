import type { Config, StreamSubscription } from "./config.ts";
import type { TransportName } from "./transport/transport.ts";

function parameters({ types, models, filter = {}, intervalMs }: StreamSubscription): object {
  const { status, min_latency_ms, text } = filter;
  return { types, models, status, min_latency: min_latency_ms, text, interval_ms: intervalMs };
}

/** An address with parameters in place of those of the same names. Text, because of React Native. */
export function withParameters(address: string, parameters: object): string {
  const [path = "", query = ""] = address.split(/\?(.*)/s);
  const asked = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const kept = query
    .split("&")
    .filter((pair) => pair && !asked.some(([name]) => pair.split("=")[0] === name));
  // A list is written with commas, which is what String makes of it.
  const added = asked.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return [path, [...kept, ...added].join("&")].filter(Boolean).join("?");
}

/**
 * The address for one transport. `http` and `ws` forms are one; a relative URL is taken from where
 * the page is; a fragment, which RFC 6455 (section 3) forbids, is dropped.
 *
 * @throws when it is no URL.
 */
export function streamAddress(
  { url, subscription }: Pick<Config, "url" | "subscription">,
  base: string | undefined,
  transport: TransportName,
  since: string | undefined,
  narrowed: boolean,
): string {
  const { href } = new URL(url, base);
  // React Native's URL has no setters, and writes a slash behind every path.
  const absolute = (/^\w+:\/\//.test(url) ? url : href).replace(/#.*/s, "");
  const address =
    transport === "websocket" ? absolute.replace(/^http/i, "ws") : absolute.replace(/^ws/i, "http");
  return withParameters(address, {
    ...(narrowed && subscription && parameters(subscription)),
    since,
  });
}
