import { socketAddress } from "./absolute.ts";
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
 * The address for one transport, with where to go on from and, `narrowed`, what is wanted.
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
  const address = socketAddress(url, base);
  return withParameters(transport === "websocket" ? address : address.replace(/^ws/i, "http"), {
    ...(narrowed && subscription && parameters(subscription)),
    since,
  });
}
