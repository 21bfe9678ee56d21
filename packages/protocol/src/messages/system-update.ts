import { array, boolean, type Infer, number, object, optional, string } from "../schema.ts";

/** One GPU, or a part of one that MIG has split. */
export const gpu = object({
  index: number,
  name: optional(string),
  /** 0..100. */
  usage: number,
  /** 0..100. */
  memory_usage: optional(number),
  memory_used_bytes: optional(number),
  memory_total_bytes: optional(number),
  temperature_celsius: optional(number),
  power_watts: optional(number),
  /** Stays the same when the index does not. */
  uuid: optional(string),
  host: optional(string),
  /** The part of a GPU that MIG has split, such as `3g.20gb 1`; its `index` is the whole GPU's. */
  instance: optional(string),
  /** Names of the required figures above that nobody reports; they stand at 0. */
  unknown: optional(array(string)),
});

/** One inference engine or gateway. */
export const engine = object({
  name: string,
  kind: optional(string),
  running: optional(number),
  waiting: optional(number),
  /** 0..1. */
  kv_cache_usage: optional(number),
  model: optional(string),
  /** Name of the scrape target, or of what else told of it. */
  source: optional(string),
  /** Passes requests on to engines: its requests are counted only where no engine reports. */
  gateway: optional(boolean),
  /** Requests whose KV blocks were moved out of the GPU. */
  swapped: optional(number),
  /** Share of looked-up tokens that the prefix cache held, over the trailing window, 0..1. */
  prefix_cache_hit_rate: optional(number),
  /** Since the engine started. */
  preemptions: optional(number),
  /** Generated, last ten seconds. */
  tokens_per_second: optional(number),
  prompt_tokens_per_second: optional(number),
  requests_per_second: optional(number),
  /** Percentiles by the engine's own histograms over the trailing window, ms. */
  p50_ttft_ms: optional(number),
  p95_ttft_ms: optional(number),
  p50_inter_token_ms: optional(number),
  p95_inter_token_ms: optional(number),
  p95_queue_ms: optional(number),
});

/** One address that Telltale fetches figures from. */
export const target = object({
  name: string,
  /** Without user, password and query. */
  url: string,
  /** Absent before the first answer. */
  up: optional(boolean),
  /** Why it is down. */
  reason: optional(string),
  /** Of the last change between up and down, Unix ms. */
  since: number,
  /** Of the last good answer, Unix ms. */
  last_success: optional(number),
  duration_ms: optional(number),
  /** What it was recognised as. */
  kinds: array(string),
});

/** The host that serves, its GPUs and its engines. Usages are 0..100. */
export const systemUpdate = object({
  cpu_usage: number,
  memory_usage: number,
  /** Mean over the GPUs. */
  gpu_usage: optional(number),
  gpu_memory_usage: optional(number),
  disk_usage: number,
  /** Bytes received since boot, all interfaces but loopback. */
  network_in_bytes: number,
  network_out_bytes: number,
  /** Requests being worked on: running in the engines, else in flight through the doors. */
  active_workers: number,
  /** Requests waiting in the engines' queues. */
  queue_size: number,
  gpus: optional(array(gpu)),
  engines: optional(array(engine)),
  targets: optional(array(target)),
});

/** One GPU of {@link SystemUpdate}. */
export type Gpu = Infer<typeof gpu>;
/** One engine of {@link SystemUpdate}. */
export type Engine = Infer<typeof engine>;
/** One scrape target of {@link SystemUpdate}. */
export type Target = Infer<typeof target>;
/** The payload of `system_update`: the host, its GPUs and its engines. */
export type SystemUpdate = Infer<typeof systemUpdate>;
