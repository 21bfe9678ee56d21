import type { RateLimitUpdate } from "@telltale/protocol";

/** Who speaks. A gateway passes requests on to engines, so its requests are not added to theirs. */
export const ENGINE_KINDS = [
  "vllm",
  "sglang",
  "trtllm",
  "tgi",
  "triton",
  "nim",
  "dynamo",
  "litellm",
  "dcgm",
  "other",
] as const;

export type EngineKind = (typeof ENGINE_KINDS)[number];

/**
 * A histogram as engines count it: since they started. `counts[i]` holds the observations in
 * (`bounds[i - 1]`, `bounds[i]`]; the last of the `bounds.length + 1` counts those above every bound.
 */
export interface CumulativeHistogram {
  /** Upper bounds, ascending, finite; seconds. */
  readonly bounds: readonly number[];
  /** Per bucket, not running totals. */
  readonly counts: readonly number[];
  /** Sum of the observations, s; null when not told. */
  readonly sum: number | null;
}

/** The prefix cache of an engine. Counts are since it started; null is unknown. */
export interface KvCacheSample {
  /** Share of the KV cache in use, 0..1. */
  readonly usage: number | null;
  /** Tokens looked up, and those found. */
  readonly queries: number | null;
  readonly hits: number | null;
  /** 0..1, where the engine tells the rate and no counts. */
  readonly hitRate: number | null;
  readonly evictions: number | null;
  /** Blocks (or tokens, where an engine counts those) that can be held. */
  readonly capacity: number | null;
}

/**
 * One inference engine at one moment. Counts are cumulative, as engines give them: what turns them
 * into rates and notices restarts is behind this. Null is unknown, never zero.
 */
export interface EngineSample {
  /** Unique and stable within its source, such as `engine=0`; may be empty where there is one. */
  readonly id: string;
  readonly kind: EngineKind;
  readonly model: string | null;
  /** Whether it passes requests on to engines instead of serving them. */
  readonly gateway: boolean;
  readonly running: number | null;
  readonly waiting: number | null;
  readonly swapped: number | null;
  readonly cache: KvCacheSample | null;
  readonly promptTokens: number | null;
  readonly generatedTokens: number | null;
  /** Tokens per second, where the engine tells the rate and no counts. */
  readonly tokensPerSecond: number | null;
  /** Finished requests. */
  readonly requests: number | null;
  readonly preemptions: number | null;
  /** s */
  readonly ttft: CumulativeHistogram | null;
  /** Between tokens of one answer, s. */
  readonly interToken: CumulativeHistogram | null;
  /** Time spent waiting before running, s. */
  readonly queueTime: CumulativeHistogram | null;
}

/** What is not known until a source tells it. */
export const unknownEngine: Omit<EngineSample, "id" | "kind"> = {
  model: null,
  gateway: false,
  running: null,
  waiting: null,
  swapped: null,
  cache: null,
  promptTokens: null,
  generatedTokens: null,
  tokensPerSecond: null,
  requests: null,
  preemptions: null,
  ttft: null,
  interToken: null,
  queueTime: null,
};

export const unknownCache: KvCacheSample = {
  usage: null,
  queries: null,
  hits: null,
  hitRate: null,
  evictions: null,
  capacity: null,
};

/** One GPU, or one part of a GPU that MIG has split. Null is unknown. */
export interface GpuSample {
  readonly index: number;
  /** The same GPU seen by two sources is shown once. */
  readonly uuid: string | null;
  readonly name: string | null;
  readonly host: string | null;
  /** The part of a split GPU, such as `3g.20gb 1`. */
  readonly instance: string | null;
  /** 0..100. */
  readonly usage: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryTotalBytes: number | null;
  /** °C */
  readonly temperature: number | null;
  /** W */
  readonly power: number | null;
}

export const unknownGpu: Omit<GpuSample, "index"> = {
  uuid: null,
  name: null,
  host: null,
  instance: null,
  usage: null,
  memoryUsedBytes: null,
  memoryTotalBytes: null,
  temperature: null,
  power: null,
};

/** Everything one source says at one moment; replaces what it said before. */
export interface EngineReport {
  /** Unique name of the source, as people know it: a scrape target's, or `otlp <service>`. */
  readonly source: string;
  /** Unix ms. */
  readonly at: number;
  /** How long the figures hold without a new report, ms; then they go away. */
  readonly validFor: number;
  readonly engines: readonly EngineSample[];
  readonly gpus: readonly GpuSample[];
  readonly rateLimits: readonly RateLimitUpdate[];
}

/** Who takes in what engines say. */
export interface EngineIntake {
  report(report: EngineReport): void;
  /** The source no longer answers: its figures go away now. */
  lost(source: string): void;
}
