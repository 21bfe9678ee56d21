import { endOf, promptTokens, type RequestEvent } from "../event.ts";
import { bucketOf, Sketch } from "./sketch.ts";
import { Tally } from "./tally.ts";

/** Sums that are added to when a request ends and taken from when its second leaves the window. */
interface Sums {
  requests: number;
  errors: number;
  streamed: number;
  latency: number;
  latencies: number;
  tokens: number;
  tokenGap: number;
  tokenGaps: number;
}

function zero(): Sums {
  return {
    requests: 0,
    errors: 0,
    streamed: 0,
    latency: 0,
    latencies: 0,
    tokens: 0,
    tokenGap: 0,
    tokenGaps: 0,
  };
}

interface Second {
  at: number;
  sums: Sums;
  readonly latencies: Tally;
  readonly ttfts: Tally;
  latency: Range;
  ttft: Range;
}

/** Smallest and largest value, ms. */
interface Range {
  low: number;
  high: number;
}

function nothing(): Range {
  return { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };
}

function widen(range: Range, by: Range): void {
  range.low = Math.min(range.low, by.low);
  range.high = Math.max(range.high, by.high);
}

function include(range: Range, value: number): void {
  if (value < range.low) range.low = value;
  if (value > range.high) range.high = value;
}

/** What a window says about the requests that ended in it. Times in ms. */
export interface WindowFigures {
  readonly requests: number;
  readonly avgLatency: number;
  /** 0..1 */
  readonly errorRate: number;
  /** 0..1 */
  readonly streamedShare: number;
  readonly latency: Percentiles;
  readonly ttft: Percentiles;
  readonly interTokenLatency: number | undefined;
}

export interface Percentiles {
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

/** Seconds over which rates are taken. */
const RATE_SECONDS = 10;

/**
 * The trailing window over finished requests, in buckets of one second placed by the time a request
 * *ended*, so that a late report lands where it belongs and an old one does not look like now.
 */
export class Window {
  readonly #length: number;
  readonly #ring: (Second | undefined)[];
  readonly #sums = zero();
  readonly #latency = new Sketch();
  readonly #ttft = new Sketch();
  #newest = 0;

  /** @param length s */
  constructor(length: number) {
    this.#length = length;
    this.#ring = new Array<Second | undefined>(length).fill(undefined);
  }

  get isEmpty(): boolean {
    return this.#sums.requests === 0;
  }

  /** Ignores a request that ended before the window began; one that ends in the future ends now. */
  add(event: RequestEvent, now: number): void {
    this.advance(now);
    const at = Math.floor(Math.min(endOf(event), now) / 1000);
    if (at <= this.#newest - this.#length) return;
    const slot = at % this.#length;
    let second = this.#ring[slot];
    if (second === undefined) {
      second = {
        at,
        sums: zero(),
        latencies: new Tally(),
        ttfts: new Tally(),
        latency: nothing(),
        ttft: nothing(),
      };
      this.#ring[slot] = second;
    }
    const sums = sumsOf(event);
    addTo(second.sums, sums, 1);
    addTo(this.#sums, sums, 1);
    if (event.latencyMs !== null) {
      const bucket = bucketOf(event.latencyMs);
      second.latencies.add(bucket);
      include(second.latency, event.latencyMs);
      this.#latency.add(bucket);
    }
    if (event.ttftMs !== null) {
      const bucket = bucketOf(event.ttftMs);
      second.ttfts.add(bucket);
      include(second.ttft, event.ttftMs);
      this.#ttft.add(bucket);
    }
  }

  /** Takes out a request that was added and is still within the window; the extremes stay. */
  remove(event: RequestEvent, now: number): void {
    this.advance(now);
    const at = Math.floor(Math.min(endOf(event), now) / 1000);
    const second = this.#ring[at % this.#length];
    if (at <= this.#newest - this.#length || second?.at !== at) return;
    const sums = sumsOf(event);
    addTo(second.sums, sums, -1);
    addTo(this.#sums, sums, -1);
    takeOut(second.latencies, this.#latency, event.latencyMs);
    takeOut(second.ttfts, this.#ttft, event.ttftMs);
  }

  /** Lets go of what has left the window; true when something did. */
  advance(now: number): boolean {
    const newest = Math.floor(now / 1000);
    if (newest <= this.#newest) return false;
    const steps = Math.min(newest - this.#newest, this.#length);
    this.#newest = newest;
    let changed = false;
    for (let step = 0; step < steps; step++) {
      const slot = (newest - step) % this.#length;
      const second = this.#ring[slot];
      if (second === undefined || second.at > newest - this.#length) continue;
      this.#ring[slot] = undefined;
      addTo(this.#sums, second.sums, -1);
      second.latencies.takeFrom(this.#latency);
      second.ttfts.takeFrom(this.#ttft);
      changed = true;
    }
    // Adding and subtracting fractions drifts; an empty window is a chance to start clean.
    if (changed && this.#sums.requests === 0) Object.assign(this.#sums, zero());
    return changed;
  }

  /** Requests and tokens per second over the ten seconds before `now`. */
  rates(now: number): { requests: number; tokens: number } {
    this.advance(now);
    const current = Math.floor(now / 1000);
    const elapsed = now / 1000 - current;
    let requests = 0;
    let tokens = 0;
    for (let back = 0; back <= RATE_SECONDS; back++) {
      const second = this.#ring[(current - back) % this.#length];
      if (second === undefined || second.at !== current - back) continue;
      // The oldest second counts for the part of it that is still within the ten.
      const share = back === RATE_SECONDS ? 1 - elapsed : 1;
      requests += second.sums.requests * share;
      tokens += second.sums.tokens * share;
    }
    return { requests: requests / RATE_SECONDS, tokens: tokens / RATE_SECONDS };
  }

  figures(): WindowFigures {
    const sums = this.#sums;
    const latency = nothing();
    const ttft = nothing();
    for (const second of this.#ring) {
      if (second === undefined) continue;
      widen(latency, second.latency);
      widen(ttft, second.ttft);
    }
    return {
      requests: sums.requests,
      avgLatency: sums.latencies > 0 ? sums.latency / sums.latencies : 0,
      errorRate: sums.requests > 0 ? sums.errors / sums.requests : 0,
      streamedShare: sums.requests > 0 ? sums.streamed / sums.requests : 0,
      latency: percentiles(this.#latency, latency),
      ttft: percentiles(this.#ttft, ttft),
      interTokenLatency: sums.tokenGaps > 0 ? sums.tokenGap / sums.tokenGaps : undefined,
    };
  }
}

function sumsOf(event: RequestEvent): Sums {
  const sums = zero();
  sums.requests = 1;
  sums.errors = event.status === "error" ? 1 : 0;
  sums.streamed = event.streaming ? 1 : 0;
  if (event.latencyMs !== null) {
    sums.latency = event.latencyMs;
    sums.latencies = 1;
  }
  if (event.usage !== null) {
    sums.tokens = promptTokens(event.usage) + event.usage.output;
    // (latency - TTFT) / (output tokens - 1), each request counting once.
    if (event.latencyMs !== null && event.ttftMs !== null && event.usage.output > 1) {
      sums.tokenGap = Math.max(0, event.latencyMs - event.ttftMs) / (event.usage.output - 1);
      sums.tokenGaps = 1;
    }
  }
  return sums;
}

function addTo(sums: Sums, more: Sums, sign: 1 | -1): void {
  sums.requests += sign * more.requests;
  sums.errors += sign * more.errors;
  sums.streamed += sign * more.streamed;
  sums.latency += sign * more.latency;
  sums.latencies += sign * more.latencies;
  sums.tokens += sign * more.tokens;
  sums.tokenGap += sign * more.tokenGap;
  sums.tokenGaps += sign * more.tokenGaps;
}

function takeOut(tally: Tally, sketch: Sketch, value: number | null): void {
  if (value !== null && tally.remove(bucketOf(value))) sketch.remove(bucketOf(value));
}

/** The middle of a bucket may lie beyond what was measured; a percentile never does. */
function percentiles(sketch: Sketch, { low, high }: Range): Percentiles {
  const at = (q: number): number | undefined => {
    const value = sketch.quantile(q);
    return value === undefined ? undefined : Math.min(high, Math.max(low, value));
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
