import type { CumulativeHistogram, EngineSample } from "../engine-sample.ts";

/** What an engine has done lately, from two looks at its counters. Undefined is unknown. */
export interface EngineFigures {
  readonly promptTokensPerSecond: number | undefined;
  readonly tokensPerSecond: number | undefined;
  readonly requestsPerSecond: number | undefined;
  /** Tokens found and looked up within the window; 0 of 0 when nothing was. */
  readonly hits: number;
  readonly queries: number;
  readonly ttft: HistogramWindow;
  readonly interToken: HistogramWindow;
  readonly queueTime: HistogramWindow;
}

const SLOTS = 60;
const RATE_MS = 10_000;

const HISTOGRAMS = ["ttft", "interToken", "queueTime"] as const;
type HistogramName = (typeof HISTOGRAMS)[number];

interface Slot {
  readonly number: number;
  hits: number;
  queries: number;
  readonly histograms: Map<HistogramName, HistogramWindow>;
}

interface Point {
  readonly at: number;
  readonly promptTokens: number | null;
  readonly generatedTokens: number | null;
  readonly requests: number | null;
}

/**
 * Turns one engine's counters into what happened within a trailing window. An engine that restarts
 * counts from zero again: that step is left out, so that a restart never looks like a burst or like less
 * than nothing.
 */
export class EngineWindow {
  readonly #length: number;
  #last: EngineSample | undefined;
  #points: Point[] = [];
  /** Asked for far more often than it changes. */
  #shown: { readonly slot: number; readonly figures: EngineFigures } | undefined;
  #slots: Slot[] = [];
  /** Of all slots together. */
  readonly #histograms: Record<HistogramName, HistogramWindow> = {
    ttft: new HistogramWindow([], []),
    interToken: new HistogramWindow([], []),
    queueTime: new HistogramWindow([], []),
  };
  /** What the counters had reached before restarts. */
  #hitsBefore = 0;
  #queriesBefore = 0;

  /** @param length ms */
  constructor(length: number) {
    this.#length = length;
  }

  /** Tokens found since the engine was first seen, and what it had counted by then. */
  get totalHits(): number | null {
    const hits = this.#last?.cache?.hits ?? null;
    return hits === null ? null : this.#hitsBefore + hits;
  }

  get totalQueries(): number | null {
    const queries = this.#last?.cache?.queries ?? null;
    return queries === null ? null : this.#queriesBefore + queries;
  }

  /** @param at Unix ms; a sample that is not newer than the last is left out. */
  add(sample: EngineSample, at: number): void {
    const before = this.#last;
    const lastAt = this.#points.at(-1)?.at;
    if (lastAt !== undefined && at <= lastAt) return;
    this.#last = sample;
    this.#shown = undefined;
    const restarted = before !== undefined && hasRestarted(before, sample);
    if (restarted) {
      this.#hitsBefore += before.cache?.hits ?? 0;
      this.#queriesBefore += before.cache?.queries ?? 0;
      this.#points = [];
    }
    const { promptTokens, generatedTokens, requests } = sample;
    this.#points.push({ at, promptTokens, generatedTokens, requests });
    // One point older than the ten seconds stays, to measure from.
    while ((this.#points[1]?.at ?? at) <= at - RATE_MS) this.#points.shift();
    if (before === undefined || restarted) return;
    const slot = this.#slot(at);
    slot.hits += more(before.cache?.hits, sample.cache?.hits);
    slot.queries += more(before.cache?.queries, sample.cache?.queries);
    for (const name of HISTOGRAMS) {
      const added = addedTo(before[name], sample[name]);
      if (added !== undefined) this.#observe(slot, name, added);
    }
  }

  figures(now: number): EngineFigures {
    const slot = this.#slotOf(now);
    if (this.#shown?.slot !== slot) this.#shown = { slot, figures: this.#figures(now) };
    return this.#shown.figures;
  }

  #figures(now: number): EngineFigures {
    this.#forget(now);
    const sums = { hits: 0, queries: 0 };
    for (const slot of this.#slots) {
      sums.hits += slot.hits;
      sums.queries += slot.queries;
    }
    return {
      promptTokensPerSecond: this.#rate("promptTokens"),
      tokensPerSecond: this.#rate("generatedTokens"),
      requestsPerSecond: this.#rate("requests"),
      ...sums,
      ...this.#histograms,
    };
  }

  /** With other bounds (a new version of the engine) the newer observations count alone. */
  #observe(slot: Slot, name: HistogramName, added: HistogramWindow): void {
    if (!this.#histograms[name].isLike(added)) {
      for (const each of this.#slots) each.histograms.delete(name);
      this.#histograms[name] = added.emptied();
    }
    this.#histograms[name].add(added, 1);
    const there = slot.histograms.get(name);
    if (there === undefined) slot.histograms.set(name, added);
    else there.add(added, 1);
  }

  #rate(name: "promptTokens" | "generatedTokens" | "requests"): number | undefined {
    const [first] = this.#points;
    const last = this.#points.at(-1);
    const [from, to] = [first?.[name] ?? null, last?.[name] ?? null];
    if (!first || !last || from === null || to === null || last.at <= first.at) return undefined;
    return (1000 * (to - from)) / (last.at - first.at);
  }

  #slot(at: number): Slot {
    const number = this.#slotOf(at);
    let slot = this.#slots.at(-1);
    if (slot?.number !== number) {
      slot = { number, hits: 0, queries: 0, histograms: new Map() };
      this.#slots.push(slot);
      this.#forget(at);
    }
    return slot;
  }

  #slotOf(at: number): number {
    return Math.floor((at * SLOTS) / this.#length);
  }

  #forget(now: number): void {
    const oldest = this.#slotOf(now) - SLOTS;
    while (this.#slots[0] && this.#slots[0].number <= oldest) {
      for (const [name, gone] of this.#slots[0].histograms) this.#histograms[name].add(gone, -1);
      this.#slots.shift();
    }
  }
}

/** Observations of a stretch of time. */
export class HistogramWindow {
  readonly #bounds: readonly number[];
  readonly #counts: number[];

  constructor(bounds: readonly number[], counts: number[]) {
    this.#bounds = bounds;
    this.#counts = counts;
  }

  isLike(other: HistogramWindow): boolean {
    return this.#counts.length > 0 && isSame(this.#bounds, other.#bounds);
  }

  emptied(): HistogramWindow {
    return new HistogramWindow(this.#bounds, new Array<number>(this.#counts.length).fill(0));
  }

  /** Adds what has the same bounds, or takes it out again. */
  add(other: HistogramWindow, sign: 1 | -1): void {
    for (const [i, count] of other.#counts.entries()) {
      if (count !== 0) this.#counts[i] = (this.#counts[i] ?? 0) + sign * count;
    }
  }

  /**
   * Estimated as Prometheus' `histogram_quantile` does: evenly spread within the bucket, and the last
   * bound for what lies above it. In the unit of the bounds; undefined without observations.
   */
  quantile(q: number): number | undefined {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    if (total <= 0) return undefined;
    const rank = q * total;
    let below = 0;
    for (const [i, count] of this.#counts.entries()) {
      if (below + count >= rank && count > 0) {
        const upper = this.#bounds[i];
        if (upper === undefined) return this.#bounds.at(-1);
        const lower = i === 0 ? Math.min(0, upper) : (this.#bounds[i - 1] ?? 0);
        return lower + ((upper - lower) * (rank - below)) / count;
      }
      below += count;
    }
    return this.#bounds.at(-1);
  }
}

/** Whether any of its counters has gone back. */
function hasRestarted(before: EngineSample, after: EngineSample): boolean {
  const counters = (sample: EngineSample): (number | null | undefined)[] => [
    sample.promptTokens,
    sample.generatedTokens,
    sample.requests,
    sample.preemptions,
    sample.cache?.queries,
    sample.cache?.hits,
  ];
  const then = counters(before);
  return counters(after).some((value, i) => (value ?? Number.POSITIVE_INFINITY) < (then[i] ?? 0));
}

function more(before: number | null | undefined, after: number | null | undefined): number {
  return typeof before === "number" && typeof after === "number" ? Math.max(0, after - before) : 0;
}

function addedTo(
  before: CumulativeHistogram | null,
  after: CumulativeHistogram | null,
): HistogramWindow | undefined {
  if (before === null || after === null || !isSame(before.bounds, after.bounds)) return undefined;
  const added = after.counts.map((count, i) => count - (before.counts[i] ?? 0));
  return added.some((count) => count < 0) ? undefined : new HistogramWindow(after.bounds, added);
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
