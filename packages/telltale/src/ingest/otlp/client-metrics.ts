import type { RequestEvent } from "../../event.ts";
import { fingerprint } from "../gateway-fields.ts";
import { count, text } from "./attributes.ts";
import type { HistogramValue, MetricPoint } from "./metric-point.ts";
import {
  callKey,
  latenciesOf,
  requestOf,
  seriesKey,
  serviceOf,
  type Tokens,
  tokenType,
} from "./metric-request.ts";

const DAY = 24 * 3_600_000;
/** Metrics of a service count once they have come for so long without a span of it, ms. */
const patience = 60_000;
/** Requests that one export may make; the rest comes with the next. */
const mostRequests = 20_000;
/** Series that are followed; a process has a few for each of its models. */
const mostSeries = 10_000;

export interface ClientMetricsOptions {
  readonly now: () => number;
  /** Whether requests of this service that came in another way are stored, since then (Unix ms). */
  hasRequests(service: string | null, since: number): Promise<boolean>;
  /** Whether calls to this address come through our own proxy, which counts them. */
  isOwn(address: string, port: number | undefined): boolean;
}

interface Service {
  readonly since: number;
  counting: boolean;
}

/** How far the requests of one series have been made. */
interface Series {
  counted: number;
  counts: readonly number[];
  time: number;
}

/**
 * GenAI client metrics (`gen_ai.client.operation.duration`, `gen_ai.client.token.usage`) as requests,
 * for services that send no spans: one request per observation, with the latency of its bucket and an
 * equal part of the tokens. Counts, sums and errors are exact, single requests are estimates.
 *
 * The n-th observation of a series since its start always has the same id, so that repeats, restarts
 * of ours and cumulative points that come again count nothing twice. A series that began more than
 * a day before it is first seen here is followed from then on.
 */
export class ClientMetrics {
  readonly #options: ClientMetricsOptions;
  readonly #services = new Map<string, Service>();
  /** When a span of a service came last, Unix ms. */
  readonly #spans = new Map<string, number>();
  readonly #series = new Map<string, Series>();
  #held: MetricPoint[] = [];

  constructor(options: ClientMetricsOptions) {
    this.#options = options;
  }

  /** Requests of these services come as spans: their metrics would count them again. */
  spansOf(services: Iterable<string | null>): void {
    for (const service of services) this.#spans.set(service ?? "", this.#options.now());
  }

  /** The requests that `points` tell of and that no span will. */
  async requests(points: readonly MetricPoint[]): Promise<RequestEvent[]> {
    const client = points.filter(({ name }) => name.startsWith("gen_ai.client."));
    const candidates = [...this.#held, ...client.filter((point) => !this.#throughProxy(point))];
    this.#held = [];
    const ready: MetricPoint[] = [];
    for (const point of candidates) {
      if (await this.#counts(serviceOf(point))) ready.push(point);
      // A cumulative point comes again; the others are kept until it is decided.
      else if (point.temporality === "delta" && !this.#hasSpans(serviceOf(point)))
        this.#held.push(point);
    }
    this.#held = this.#held.slice(-mostSeries);
    return this.#made(ready);
  }

  #hasSpans(service: string | null): boolean {
    const seen = this.#spans.get(service ?? "");
    return seen !== undefined && this.#options.now() - seen < DAY;
  }

  async #counts(service: string | null): Promise<boolean> {
    if (this.#hasSpans(service)) return false;
    const now = this.#options.now();
    const known = this.#services.get(service ?? "") ?? { since: now, counting: false };
    this.#services.set(service ?? "", known);
    if (known.counting) return true;
    if (now - known.since < patience) return false;
    if (await this.#options.hasRequests(service, now - DAY)) {
      this.spansOf([service]);
      return false;
    }
    known.counting = true;
    return true;
  }

  #throughProxy({ attributes }: MetricPoint): boolean {
    const address = text(attributes, ["server.address"]);
    return (
      address !== undefined && this.#options.isOwn(address, count(attributes, ["server.port"]))
    );
  }

  #made(points: readonly MetricPoint[]): RequestEvent[] {
    const durations = points.filter(({ name }) => name === "gen_ai.client.operation.duration");
    const tokens = points.filter(({ name }) => name === "gen_ai.client.token.usage");
    const events: RequestEvent[] = [];
    const told = new Set<string>();
    for (const point of durations) {
      if (typeof point.value === "number") continue;
      told.add(callKey(point));
      const room = mostRequests - events.length;
      events.push(...this.#observations(point, point.value, room, tokens));
    }
    // Some emitters tell tokens only: each observation of input tokens is a request.
    for (const point of tokens) {
      if (typeof point.value === "number" || tokenType(point) !== "input") continue;
      if (told.has(callKey(point))) continue;
      const { count, sum } = point.value;
      const bare = { count, sum: null, bounds: [], counts: [] };
      if (sum !== null) {
        const room = mostRequests - events.length;
        events.push(...this.#observations(point, bare, room, tokens));
      }
    }
    return events;
  }

  #observations(
    point: MetricPoint,
    value: HistogramValue,
    room: number,
    tokens: readonly MetricPoint[],
  ): RequestEvent[] {
    const series = this.#seriesOf(point, value);
    if (series === null) {
      this.#tokensOf(point, tokens, 1);
      return [];
    }
    const { key, state } = series;
    const from = state.counted;
    const made = Math.min(value.count - from, room);
    if (made <= 0) return [];
    const latencies = latenciesOf(value, state.counts, made);
    const failed = text(point.attributes, ["error.type"]);
    const usage =
      failed === undefined ? this.#tokensOf(point, tokens, made) : new Array<null>(made).fill(null);
    const since = state.time;
    state.counted = from + made;
    state.counts = value.counts;
    state.time = point.time;
    return Array.from({ length: made }, (_, i) => {
      const latencyMs = latencies[i] ?? null;
      const end = since + ((point.time - since) * (i + 1)) / made;
      return requestOf(point, `metrics-${key}-${from + i + 1}`, end, latencyMs, usage[i] ?? null);
    });
  }

  /** The series of a point, up to date with resets; null when it is only followed from now on. */
  #seriesOf(point: MetricPoint, value: HistogramValue): { key: string; state: Series } | null {
    const delta = point.temporality === "delta";
    const identity = [seriesKey(point), point.start, delta ? point.time : 0];
    let key = fingerprint(...identity);
    let state = this.#series.get(key);
    if (state !== undefined && !delta && value.count < state.counted) {
      // It began anew and kept its old start: what it counts now is all since it was last seen.
      key = fingerprint(...identity, state.time);
      state = this.#series.get(key);
    }
    if (state !== undefined) return { key, state };
    const old = this.#isOld(point);
    const start = point.start > 0 ? point.start : point.time;
    state = old
      ? { counted: value.count, counts: value.counts, time: point.time }
      : { counted: 0, counts: [], time: start };
    this.#series.set(key, state);
    for (const oldest of this.#series.keys()) {
      if (this.#series.size <= mostSeries) break;
      this.#series.delete(oldest);
    }
    return old ? null : { key, state };
  }

  /** Whether it counts since longer ago than ids are remembered. */
  #isOld({ temporality, start }: MetricPoint): boolean {
    return temporality !== "delta" && start > 0 && start < this.#options.now() - DAY;
  }

  /** An equal part for each of `made` requests of what the tokens of the same calls have grown by. */
  #tokensOf(point: MetricPoint, tokens: readonly MetricPoint[], made: number): (Tokens | null)[] {
    const grown: Record<string, number> = { input: 0, output: 0 };
    let known = false;
    for (const candidate of tokens) {
      const type = tokenType(candidate);
      if (type === null || callKey(candidate) !== callKey(point)) continue;
      if (typeof candidate.value === "number" || candidate.value.sum === null) continue;
      const delta = candidate.temporality === "delta";
      const key = fingerprint(
        "tokens",
        seriesKey(candidate),
        candidate.start,
        delta ? candidate.time : 0,
      );
      const sum = Math.round(candidate.value.sum);
      const start = this.#isOld(candidate) ? sum : 0;
      const state = this.#series.get(key) ?? { counted: start, counts: [], time: 0 };
      grown[type] = (grown[type] ?? 0) + Math.max(0, sum - state.counted);
      state.counted = sum;
      this.#series.set(key, state);
      known = true;
    }
    const part = (sum: number, i: number): number =>
      Math.floor((sum * (i + 1)) / made) - Math.floor((sum * i) / made);
    const { input = 0, output = 0 } = grown;
    return Array.from({ length: made }, (_, i) =>
      known ? { input: part(input, i), output: part(output, i) } : null,
    );
  }
}
