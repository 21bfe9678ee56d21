import type { MetricsUpdate, ModelUpdate, RequestUpdate, SystemUpdate } from "@telltale/protocol";
import type { HostMoment } from "../services/host.ts";
import { Line } from "./line.ts";
import { Samples } from "./samples.ts";
import { Steps, stepOf } from "./steps.ts";

export const KEPT_MS = 15 * 60_000;
/** Requests that are known to have been counted: what is told of one again comes soon after. */
const MOST_FINISHED = 5_000;
/** Requests that come later than this after their end are few. */
const LATE_MS = 60_000;
export const BAR_STEP_MS = 5_000;
export const PERCENTILE_STEP_MS = 10_000;
/** The server's rates look back this far, and so does the backfill. */
export const RATE_WINDOW_MS = 10_000;
/** A step is complete once the tick after its end has told the rest of it. */
export const SETTLED_MS = 1_500;
/** Sixty bars can be told apart, whatever the range. */
const BARS = 60;
/** How much of the time each bar of a range is of, ms. */
export function barWidth(range: number): number {
  return Math.max(1, Math.round(range / BARS / BAR_STEP_MS)) * BAR_STEP_MS;
}
/** The group that stands for the whole service. */
export const ALL = "";

const NOTIFY_EVERY_MS = 250;
const SHORTEST_GAP_MS = 5_000;

/** Counters of bytes begin again when the host does. */
function perSecond(bytes: number, ms: number): number {
  return (1_000 * Math.max(0, bytes)) / ms;
}

/** The last quarter of an hour, as the charts draw it: told by history first, then by the stream. */
export class LiveHistory {
  readonly requestRate = new Line();
  readonly tokenRate = new Line();
  readonly errors = new Steps(BAR_STEP_MS);
  readonly cost = new Steps(BAR_STEP_MS);
  readonly requestsByModel = new Steps(PERCENTILE_STEP_MS);
  readonly latency = new Samples(PERCENTILE_STEP_MS);
  readonly ttft = new Samples(PERCENTILE_STEP_MS);
  readonly cpu = new Line();
  readonly memory = new Line();
  readonly received = new Line();
  readonly sent = new Line();

  #version = 0;
  #notifiedAt = Number.NEGATIVE_INFINITY;
  readonly #listeners = new Set<() => void>();
  #offset = 0;
  #lastTick: { t: number; metrics: MetricsUpdate } | undefined;
  #barsFrom = Number.POSITIVE_INFINITY;
  #cadence = 1_000;
  #lastSystem: { t: number; system: SystemUpdate } | undefined;
  #modelCounts: Map<string, number> | undefined;
  readonly #finished = new Map<string, number>();

  #past: number | undefined;
  #asking = true;

  /** @param past where a replay begins, Unix ms; absent while the stream is live */
  constructor(past?: number) {
    this.#past = past;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly version = (): number => this.#version;

  /** Whether the past, as far as there is one, is still to be told. */
  get asking(): boolean {
    return this.#asking;
  }

  /** History has told what it knows, or will not. */
  told(): void {
    if (!this.#asking) return;
    this.#asking = false;
    this.notify(true);
  }

  /** The server's clock as far as the stream tells, Unix ms; a replay's moves with its ticks. */
  now(): number {
    return this.#past ?? Date.now() - this.#offset;
  }

  /** Two points further apart than this have a gap between them, ms. */
  get gap(): number {
    return Math.max(SHORTEST_GAP_MS, 3 * this.#cadence);
  }

  get lastTickAt(): number | undefined {
    return this.#lastTick?.t;
  }

  /** A connection begins: what was counted until now and what follows have a gap between them. */
  connected(models: readonly ModelUpdate[] | undefined): void {
    this.#lastTick = undefined;
    this.#lastSystem = undefined;
    this.#modelCounts = models && new Map(models.map((m) => [m.model, m.request_count]));
  }

  /** One `metrics_update` at server time `t`. Returns true for the first of a connection. */
  tick(metrics: MetricsUpdate, t: number): boolean {
    this.#offset = Date.now() - t;
    if (this.#past !== undefined) this.#past = t;
    const previous = this.#lastTick;
    this.requestRate.push(t, metrics.requests_per_second);
    this.tokenRate.push(t, metrics.tokens_per_second);
    if (previous && t > previous.t) {
      this.#cadence += (t - previous.t - this.#cadence) / 8;
      this.#count(metrics, previous.metrics, previous.t, t);
    } else if (!previous) {
      this.#barsFrom = stepOf(t, PERCENTILE_STEP_MS) + PERCENTILE_STEP_MS;
      this.latency.startLive(t);
      this.ttft.startLive(t);
    }
    this.#lastTick = { t, metrics };
    this.#trim(t - KEPT_MS - 60_000);
    for (const samples of [this.latency, this.ttft]) samples.settle(t - LATE_MS);
    this.notify(false);
    return !previous;
  }

  model(update: ModelUpdate, t: number): void {
    const counts = this.#modelCounts;
    if (!counts) return;
    const added = update.request_count - (counts.get(update.model) ?? 0);
    counts.set(update.model, update.request_count);
    if (added > 0 && t >= this.#barsFrom) this.requestsByModel.add(update.model, t, added);
  }

  request(request: RequestUpdate): void {
    if (request.status === "in_progress" || this.#finished.has(request.id)) return;
    const end = request.created + (request.latency_ms ?? 0);
    this.#finished.set(request.id, end);
    if (this.#finished.size > MOST_FINISHED) {
      const [oldest = ""] = this.#finished.keys();
      this.#finished.delete(oldest);
    }
    const { model, latency_ms, ttft_ms } = request;
    if (latency_ms !== null) {
      for (const group of [ALL, model]) this.latency.add(group, end, latency_ms);
    }
    if (ttft_ms !== undefined) this.ttft.add(ALL, end, ttft_ms);
  }

  /** What the server remembers of its host from before `joined`. */
  host(moments: readonly HostMoment[], joined: number): void {
    const past = moments.filter(({ time }) => time < joined);
    const from = past[0]?.time ?? joined;
    const fill = (line: Line, value: (now: HostMoment, before: HostMoment) => number): void => {
      const points = past.slice(1).map((now, index): [number, number] => {
        return [now.time, value(now, past[index] ?? now)];
      });
      line.fill(from, joined, points);
    };
    fill(this.cpu, ({ cpu_usage }) => cpu_usage);
    fill(this.memory, ({ memory_usage }) => memory_usage);
    fill(this.received, (now, before) =>
      perSecond(now.network_in_bytes - before.network_in_bytes, now.time - before.time),
    );
    fill(this.sent, (now, before) =>
      perSecond(now.network_out_bytes - before.network_out_bytes, now.time - before.time),
    );
    this.notify(true);
  }

  system(system: SystemUpdate, t: number): void {
    this.cpu.push(t, system.cpu_usage);
    this.memory.push(t, system.memory_usage);
    const before = this.#lastSystem;
    this.#lastSystem = { t, system };
    if (!before || t <= before.t) return;
    const { network_in_bytes, network_out_bytes } = before.system;
    this.received.push(t, perSecond(system.network_in_bytes - network_in_bytes, t - before.t));
    this.sent.push(t, perSecond(system.network_out_bytes - network_out_bytes, t - before.t));
  }

  notify(atOnce: boolean): void {
    const now = performance.now();
    if (!atOnce && now - this.#notifiedAt < NOTIFY_EVERY_MS) return;
    this.#notifiedAt = now;
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  #count(now: MetricsUpdate, before: MetricsUpdate, from: number, to: number): void {
    // What a tick adds belongs to the step it is told in, at this border as at every other.
    if (to < this.#barsFrom) return;
    const since = Math.max(from, this.#barsFrom);
    this.errors.watch(since, to);
    this.cost.watch(since, to);
    this.requestsByModel.watch(since, to);
    const errors = (now.total_errors ?? 0) - (before.total_errors ?? 0);
    const cost = now.total_cost - before.total_cost;
    // Totals that shrink belong to another life of the server: nothing can be said of the difference.
    if (errors > 0) this.errors.add(ALL, to, errors);
    if (cost > 0) this.cost.add(ALL, to, cost);
  }

  #trim(before: number): void {
    const lines = [
      this.requestRate,
      this.tokenRate,
      this.cpu,
      this.memory,
      this.received,
      this.sent,
    ];
    for (const line of lines) line.trim(before);
    for (const steps of [this.errors, this.cost, this.requestsByModel]) steps.trim(before);
    for (const samples of [this.latency, this.ttft]) samples.trim(before);
    for (const [id, end] of this.#finished) if (end < before) this.#finished.delete(id);
  }
}
