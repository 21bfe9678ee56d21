import type { Config, StreamSubscription } from "./config.ts";
import type { TransportName } from "./transport/transport.ts";

function parameters({ types, models, filter = {}, intervalMs }: StreamSubscription): object {
  const { status, min_latency_ms, text } = filter;
  return { types, models, status, min_latency: min_latency_ms, text, interval_ms: intervalMs };
}

/**
 * The address for one transport. `http` and `ws` forms are one; a relative URL is taken from where
 * the page is; a fragment, which RFC 6455 (section 3) forbids, is dropped.
 */
export function streamAddress(
  { url, subscription }: Pick<Config, "url" | "subscription">,
  base: string | undefined,
  transport: TransportName,
  since: string | undefined,
  narrowed: boolean,
): string {
  const target = new URL(url, base);
  const { protocol, searchParams } = target;
  target.protocol =
    transport === "websocket" ? protocol.replace(/^http/, "ws") : protocol.replace(/^ws/, "http");
  target.hash = "";
  const asked = { ...(narrowed && subscription && parameters(subscription)), since };
  for (const [name, value] of Object.entries(asked)) {
    // A list is written with commas, which is what String makes of it.
    if (value !== undefined) searchParams.set(name, String(value));
  }
  return target.href;
}
