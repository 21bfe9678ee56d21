import type { Engine, Gpu, KvCacheUpdate, RateLimitUpdate } from "@telltale/protocol";
import type { EngineIntake, EngineReport, EngineSample } from "../engine-sample.ts";
import { type CachedEngine, kvCacheOf } from "./engine-cache.ts";
import { toGpu } from "./engine-gpus.ts";
import { EngineWindow } from "./engine-window.ts";

const MOST_SOURCES = 256;
const MOST_ENGINES = 256;
const MOST_GPUS = 512;
const MOST_LIMITS = 512;

interface Source {
  /** Undefined once it is lost; its windows stay for as long as they reach back. */
  report: EngineReport | undefined;
  lastAt: number;
  readonly windows: Map<string, EngineWindow>;
}

/** The engines as they are now. */
export interface EnginesNow {
  readonly engines: readonly Engine[];
  readonly gpus: readonly Gpu[];
  readonly kvCache: KvCacheUpdate | null;
  readonly rateLimits: readonly RateLimitUpdate[];
  /** Requests in all engines, of gateways only where no engine tells; undefined when nobody does. */
  readonly running: number | undefined;
  readonly waiting: number | undefined;
}

/**
 * What inference engines say of themselves. Memory only: after a restart nothing is known until they
 * speak again, and what stops speaking is forgotten rather than shown as it last was.
 */
export class LiveEngines implements EngineIntake {
  readonly #windowMs: number;
  readonly #sources = new Map<string, Source>();

  /** @param windowSeconds length of the trailing window of percentiles and hit rates */
  constructor(windowSeconds: number) {
    this.#windowMs = windowSeconds * 1000;
  }

  report(report: EngineReport): void {
    let source = this.#sources.get(report.source);
    if (source === undefined) {
      this.#forget(report.at);
      if (this.#sources.size >= MOST_SOURCES) return;
      source = { report, lastAt: report.at, windows: new Map() };
      this.#sources.set(report.source, source);
    }
    source.report = report;
    source.lastAt = report.at;
    const present = new Set<string>();
    for (const sample of report.engines.slice(0, MOST_ENGINES)) {
      present.add(sample.id);
      let window = source.windows.get(sample.id);
      if (window === undefined) {
        window = new EngineWindow(this.#windowMs);
        source.windows.set(sample.id, window);
      }
      window.add(sample, report.at);
    }
    for (const id of source.windows.keys()) if (!present.has(id)) source.windows.delete(id);
  }

  lost(name: string): void {
    const source = this.#sources.get(name);
    if (source !== undefined) source.report = undefined;
  }

  /** @param now Unix ms; reports that do not hold any more are left out */
  now(now: number): EnginesNow {
    this.#forget(now);
    const engines: Engine[] = [];
    const gpus: Gpu[] = [];
    const rateLimits: RateLimitUpdate[] = [];
    const samples: CachedEngine[] = [];
    for (const { report, windows } of this.#sources.values()) {
      if (report === undefined) continue;
      for (const sample of report.engines.slice(0, MOST_ENGINES)) {
        const window = windows.get(sample.id);
        if (window === undefined) continue;
        const figures = window.figures(now);
        const engine = { sample, window, figures };
        samples.push(engine);
        const isOnly = report.engines.length === 1 || sample.id === "";
        engines.push(toEngine(engine, report.source, isOnly));
      }
      for (const gpu of report.gpus.slice(0, MOST_GPUS)) gpus.push(toGpu(gpu));
      rateLimits.push(...report.rateLimits.slice(0, MOST_LIMITS));
    }
    return {
      engines,
      gpus,
      kvCache: kvCacheOf(samples.filter(({ sample }) => !sample.gateway)),
      rateLimits,
      running: total(samples, ({ running }) => running),
      waiting: total(samples, ({ waiting }) => waiting),
    };
  }

  #forget(now: number): void {
    for (const [name, source] of this.#sources) {
      if (source.report !== undefined && now - source.report.at > source.report.validFor)
        source.report = undefined;
      if (source.report === undefined && now - source.lastAt > this.#windowMs)
        this.#sources.delete(name);
    }
  }
}

function total(
  engines: readonly CachedEngine[],
  pick: (sample: EngineSample) => number | null,
): number | undefined {
  const told = engines.filter(({ sample }) => pick(sample) !== null);
  const serving = told.filter(({ sample }) => !sample.gateway);
  const counted = serving.length > 0 ? serving : told;
  if (counted.length === 0) return undefined;
  return counted.reduce((sum, { sample }) => sum + (pick(sample) ?? 0), 0);
}

function toEngine({ sample, figures }: CachedEngine, source: string, isOnly: boolean): Engine {
  const { cache } = sample;
  const hitRate =
    figures.queries > 0 ? Math.min(1, figures.hits / figures.queries) : (cache?.hitRate ?? null);
  const found: { [K in Exclude<keyof Engine, "name">]: Engine[K] | null } = {
    kind: sample.kind,
    source,
    gateway: sample.gateway ? true : null,
    running: sample.running,
    waiting: sample.waiting,
    kv_cache_usage: cache?.usage ?? null,
    model: sample.model,
    swapped: sample.swapped,
    prefix_cache_hit_rate: hitRate,
    preemptions: sample.preemptions,
    tokens_per_second: figures.tokensPerSecond ?? sample.tokensPerSecond,
    prompt_tokens_per_second: figures.promptTokensPerSecond,
    requests_per_second: figures.requestsPerSecond,
    p50_ttft_ms: ms(figures.ttft.quantile(0.5)),
    p95_ttft_ms: ms(figures.ttft.quantile(0.95)),
    p50_inter_token_ms: ms(figures.interToken.quantile(0.5)),
    p95_inter_token_ms: ms(figures.interToken.quantile(0.95)),
    p95_queue_ms: ms(figures.queueTime.quantile(0.95)),
  };
  const known = Object.fromEntries(
    Object.entries(found).filter(([, value]) => value !== null && value !== undefined),
  );
  return { name: isOnly ? source : `${source} ${sample.id}`, ...known };
}

function ms(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
