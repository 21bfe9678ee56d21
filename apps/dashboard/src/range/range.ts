/** The time a page looks at: the last while up to now, or a span that stands still. Unix ms. */
export type Range =
  | { readonly kind: "live"; readonly ms: number }
  | { readonly kind: "fixed"; readonly from: number; readonly to: number };

/** A range as it stands in the address: `range=1h`, or `from` and `to` in RFC 3339. */
export interface RangeSearch {
  readonly range?: string;
  readonly from?: string;
  readonly to?: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Preset {
  /** As it stands in the address. */
  readonly name: string;
  readonly short: string;
  readonly long: string;
  readonly ms: number;
}

export const presets: readonly Preset[] = [
  { name: "1m", short: "1 min", long: "Last minute", ms: MINUTE },
  { name: "5m", short: "5 min", long: "Last 5 minutes", ms: 5 * MINUTE },
  { name: "15m", short: "15 min", long: "Last 15 minutes", ms: 15 * MINUTE },
  { name: "1h", short: "1 h", long: "Last hour", ms: HOUR },
  { name: "6h", short: "6 h", long: "Last 6 hours", ms: 6 * HOUR },
  { name: "24h", short: "24 h", long: "Last 24 hours", ms: DAY },
  { name: "7d", short: "7 d", long: "Last 7 days", ms: 7 * DAY },
  { name: "30d", short: "30 d", long: "Last 30 days", ms: 30 * DAY },
];

export const DEFAULT_RANGE = "5m";

/** The stream itself fills charts of up to this length; longer ones come from history. */
export const LONGEST_STREAMED_MS = 15 * MINUTE;

export function presetOf(ms: number): Preset | undefined {
  return presets.find((preset) => preset.ms === ms);
}

const time = (value: unknown): number => {
  const ms =
    typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? ms : Number.NaN;
};

/** Takes what is understood from the address and leaves the rest. */
export function readRangeSearch(search: Readonly<Record<string, unknown>>): RangeSearch {
  const from = time(search["from"]);
  const to = time(search["to"]);
  if (from < to) return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const preset = presets.find(({ name }) => name === search["range"]);
  return preset ? { range: preset.name } : {};
}

/** What the address says, else the preset called `fallback`. */
export function rangeOf(search: RangeSearch, fallback: string = DEFAULT_RANGE): Range {
  const from = time(search.from);
  const to = time(search.to);
  if (from < to) return { kind: "fixed", from, to };
  const named = (name: string | undefined): Preset | undefined =>
    presets.find((preset) => preset.name === name);
  const preset = named(search.range) ?? named(fallback) ?? named(DEFAULT_RANGE);
  return { kind: "live", ms: preset?.ms ?? 5 * MINUTE };
}

/** How a range stands in the address; the usual one does not have to be said. */
export function searchOf(range: Range, fallback: string = DEFAULT_RANGE): RangeSearch {
  if (range.kind === "fixed") {
    return { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
  }
  const name = presetOf(range.ms)?.name;
  return name === undefined || name === fallback ? {} : { range: name };
}

export function lengthOf(range: Range): number {
  return range.kind === "live" ? range.ms : range.to - range.from;
}

const STEPS = [
  1_000,
  5_000,
  10_000,
  30_000,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
];

/** The step in which a span of `ms` is drawn: a round one that gives at most `most` points. */
export function stepFor(ms: number, most = 240): number {
  return STEPS.find((step) => ms / step <= most) ?? Math.ceil(ms / most / DAY) * DAY;
}
