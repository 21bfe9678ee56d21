import { LONGEST_STREAMED_MS, lengthOf, presets, type Range } from "./range.ts";

const SHORTEST_MS = 10_000;
const LONGEST_MS = presets.at(-1)?.ms ?? LONGEST_STREAMED_MS;

/** So near to now a range is meant to move on with it, as a share of its length. */
const NEARLY_NOW = 0.01;

/** As far back or forward as half of what is on show; one that reaches now is live again. */
export function shifted(range: Range, direction: -1 | 1, now: number): Range {
  const length = lengthOf(range);
  const end = range.kind === "live" ? now : range.to;
  const to = Math.round(end + (direction * length) / 2);
  if (to >= now - length * NEARLY_NOW) {
    // Only a length that has a name can be live.
    const preset = presets.find(({ ms }) => Math.abs(ms - length) <= length * NEARLY_NOW);
    if (preset) return { kind: "live", ms: preset.ms };
  }
  const last = Math.min(to, now);
  return { kind: "fixed", from: last - length, to: last };
}

/** The next shorter or longer preset; a range that stands still halves or doubles around its middle. */
export function zoomed(range: Range, direction: "in" | "out", now: number): Range {
  if (range.kind === "live") {
    const next =
      direction === "in"
        ? presets.findLast(({ ms }) => ms < range.ms)
        : presets.find(({ ms }) => ms > range.ms);
    return { kind: "live", ms: next?.ms ?? range.ms };
  }
  const before = lengthOf(range);
  const length = Math.min(
    LONGEST_MS,
    Math.max(SHORTEST_MS, direction === "in" ? before / 2 : before * 2),
  );
  const to = Math.min(now, Math.round((range.from + range.to + length) / 2));
  return { kind: "fixed", from: Math.round(to - length), to };
}
