import type {
  CostUpdate,
  ErrorUpdate,
  KvCacheUpdate,
  MetricsUpdate,
  ModelUpdate,
  RateLimitUpdate,
  Snapshot,
  SystemUpdate,
} from "@telltale/protocol";
import type { RequestEvent } from "../event.ts";
import type { Restored } from "../history/store.ts";
import { toErrorUpdate, toRequestUpdate } from "../wire.ts";
import { InFlight } from "./in-flight.ts";
import { ModelState } from "./model-state.ts";
import { Ring } from "./ring.ts";
import { Spend } from "./spend.ts";
import { Totals } from "./totals.ts";
import { Window } from "./window.ts";

export interface LiveOptions {
  /** Length of the trailing window, s. */
  readonly windowSeconds: number;
  /** Finished requests and errors kept for pages that open. */
  readonly recent: number;
  /** ms without a word after which a running request is taken for lost. */
  readonly inFlightPatience: number;
}

/** What has happened since the last tick, each the newest of its kind. */
export interface Tick {
  readonly metrics: MetricsUpdate;
  readonly models: readonly ModelUpdate[];
  /** Absent when no money was spent. */
  readonly costs?: CostUpdate;
  /** Running requests that were taken for lost, shown as failed. Not counted. */
  readonly lost: readonly RequestEvent[];
}

/** What the host and the outside know that the requests do not tell. */
export interface Surroundings {
  readonly system: SystemUpdate | null;
  readonly activeConnections: number;
  readonly kvCache?: KvCacheUpdate | null;
  /** Besides those that answers through the proxy name. */
  readonly rateLimits?: readonly RateLimitUpdate[];
}

/** The service as it is now: totals, the trailing window, what is running. Memory only. */
export class LiveState {
  readonly #options: LiveOptions;
  readonly #totals = new Totals();
  readonly #window: Window;
  readonly #models = new Map<string, ModelState>();
  readonly #inFlight: InFlight;
  readonly #recent: Ring<RequestEvent>;
  readonly #errors: Ring<ErrorUpdate>;
  readonly #spend = new Spend();
  readonly #rateLimits = new Map<string, RateLimitUpdate>();
  #demo = false;
  #spent = true;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#window = new Window(options.windowSeconds);
    this.#inFlight = new InFlight(options.inFlightPatience);
    this.#recent = new Ring(options.recent);
    this.#errors = new Ring(options.recent);
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  restore(restored: Restored, now: number): void {
    for (const stored of restored.totals) {
      this.#totals.restore(stored);
      const model = this.#model(stored.model);
      model.totals.restore(stored);
      if (stored.provider !== null) model.provider = stored.provider;
    }
    for (const event of restored.window) {
      this.#window.add(event, now);
      this.#model(event.model).window.add(event, now);
    }
    for (const event of [...restored.recent].reverse()) {
      this.#recent.push(event);
      if (event.demo) this.#demo = true;
    }
    for (const event of [...restored.failed].reverse()) {
      const error = toErrorUpdate(event);
      if (error) this.#errors.push(error);
    }
    for (const event of restored.inProgress) this.run(event, now);
    this.#spend.restore(restored.costs);
  }

  /** A request is running; the same id again says how far it is. */
  run(event: RequestEvent, now: number): void {
    if (event.demo) this.#demo = true;
    if (this.#inFlight.set(event, now)) {
      const model = this.#model(event.model);
      model.inFlight++;
      model.changed = true;
    }
  }

  /** A request has ended. @returns its error, if it failed */
  finish(event: RequestEvent, now: number): ErrorUpdate | undefined {
    this.#stop(event.id);
    if (event.demo) this.#demo = true;
    this.#totals.add(event);
    this.#window.add(event, now);
    this.#model(event.model).finish(event, now);
    this.#recent.push(event);
    if (event.cost !== null) {
      this.#spend.add(event, now);
      this.#spent = true;
    }
    const error = toErrorUpdate(event);
    if (error !== undefined) this.#errors.push(error);
    return error;
  }

  /** More is known of a request that has ended: `before` becomes `after`. */
  amend(before: RequestEvent, after: RequestEvent, now: number): void {
    this.#totals.remove(before);
    this.#totals.add(after);
    this.#window.remove(before, now);
    this.#window.add(after, now);
    this.#model(before.model).withdraw(before, now);
    this.#model(after.model).finish(after, now);
    this.#recent.replace(({ id }) => id === before.id, after);
    this.#spend.remove(before, now);
    this.#spend.add(after, now);
    this.#spent = true;
  }

  /** A running request turned out to be another account of a counted one; whether it was running. */
  drop(id: string): boolean {
    return this.#stop(id);
  }

  rateLimit(update: RateLimitUpdate): void {
    this.#rateLimits.set(update.endpoint, update);
  }

  /** Requests that run now, in no order. */
  running(): Iterable<RequestEvent> {
    return this.#inFlight.events();
  }

  tick(now: number, surroundings: Surroundings): Tick {
    const lost = this.#inFlight.expire(now).map((event) => {
      const model = this.#model(event.model);
      model.inFlight--;
      model.changed = true;
      const failure = {
        type: "lost",
        message: "Nothing was heard of this request for too long",
      };
      return { ...event, status: "error", failure } as const;
    });
    const models: ModelUpdate[] = [];
    for (const [name, model] of this.#models) {
      model.advance(now);
      if (!model.changed) continue;
      model.changed = false;
      models.push(model.show(name, now));
    }
    const spent = this.#spent;
    this.#spent = false;
    return {
      metrics: this.metrics(now, surroundings),
      models,
      lost,
      ...(spent ? { costs: this.costs(now) } : {}),
    };
  }

  metrics(now: number, surroundings: Surroundings): MetricsUpdate {
    const rates = this.#window.rates(now);
    const figures = this.#window.figures();
    return {
      total_requests: this.#totals.requests,
      total_tokens: this.#totals.tokens,
      total_cost: this.#totals.cost,
      avg_latency_ms: figures.avgLatency,
      error_rate: figures.errorRate,
      streaming_percentage: figures.streamedShare * 100,
      requests_per_second: rates.requests,
      tokens_per_second: rates.tokens,
      active_connections: surroundings.activeConnections,
      p50_latency_ms: figures.latency.p50,
      p95_latency_ms: figures.latency.p95,
      p99_latency_ms: figures.latency.p99,
      p50_ttft_ms: figures.ttft.p50,
      p95_ttft_ms: figures.ttft.p95,
      p99_ttft_ms: figures.ttft.p99,
      inter_token_latency_ms: figures.interTokenLatency,
      in_flight: this.#inFlight.size,
      window_seconds: this.#options.windowSeconds,
      window_requests: figures.requests,
      total_errors: this.#totals.errors,
      total_prompt_tokens: this.#totals.promptTokens,
      total_completion_tokens: this.#totals.completionTokens,
      unknown_usage_requests: this.#totals.unknownUsage,
      unknown_cost_requests: this.#totals.unknownCost,
      ...(this.#demo ? { demo: true } : {}),
    };
  }

  models(now: number): ModelUpdate[] {
    return Array.from(this.#models, ([name, model]) => model.show(name, now));
  }

  errors(): ErrorUpdate[] {
    return this.#errors.newestFirst();
  }

  costs(now: number): CostUpdate {
    return this.#spend.day(now);
  }

  snapshot(now: number, surroundings: Surroundings): Snapshot {
    const requests = [...this.#inFlight.events(), ...this.#recent.newestFirst()]
      .sort((a, b) => b.created - a.created)
      .map(toRequestUpdate);
    return {
      metrics: this.metrics(now, surroundings),
      models: this.models(now),
      requests,
      errors: this.errors(),
      system: surroundings.system,
      rate_limits: [...this.#rateLimits.values(), ...(surroundings.rateLimits ?? [])],
      costs: this.costs(now),
      kv_cache: surroundings.kvCache ?? null,
      alerts: [],
    };
  }

  #model(name: string): ModelState {
    let model = this.#models.get(name);
    if (model === undefined) {
      model = new ModelState(this.#options.windowSeconds);
      this.#models.set(name, model);
    }
    return model;
  }

  #stop(id: string): boolean {
    const running = this.#inFlight.delete(id);
    if (running === undefined) return false;
    const model = this.#model(running.model);
    model.inFlight--;
    model.changed = true;
    return true;
  }
}
