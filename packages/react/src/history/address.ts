import type { HistoryOptions } from "./options.ts";
import type { HistoryTime } from "./series.ts";

/**
 * Where the REST interface of a stream is: `ws://h/x/metrics/stream` → `http://h/x`, any other
 * path → the origin.
 *
 * @throws when the address is relative and there is nothing for it to be relative to.
 */
export function apiBase(streamUrl: string, base: string | undefined): string {
  // Text, because the URL of React Native cannot be changed.
  const address = new URL(streamUrl, base).href.replace(/^ws/, "http").replace(/[?#].*/, "");
  const [origin = address] = /^https?:\/\/[^/]+/.exec(address) ?? [];
  return /^(.*)\/metrics\/stream\/?$/.exec(address)?.[1] ?? origin;
}

/** Whole seconds, the server's finest step, so that a `Date.now()` in a render is not always new. */
function time(value: HistoryTime | undefined): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  return String(Math.floor(Number(value) / 1_000) * 1_000);
}

/** The query string of a question. */
export function seriesQuery({ metric, from, to, step, groupBy }: HistoryOptions): string {
  const parts = { metric, from: time(from), to: time(to), step, group_by: groupBy };
  return Object.entries(parts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join("&");
}
