import { socketAddress } from "./absolute.ts";
import type { Config, StreamSubscription } from "./config.ts";
import { withParameters } from "./parameters.ts";
import type { TransportName } from "./transport/transport.ts";

function parameters({ types, models, filter = {}, intervalMs }: StreamSubscription): object {
  const { status, min_latency_ms, text } = filter;
  return { types, models, status, min_latency: min_latency_ms, text, interval_ms: intervalMs };
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
