import { array, type Infer, number, object, optional, string } from "../schema.ts";

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
});

export const engine = object({
  name: string,
  kind: optional(string),
  running: optional(number),
  waiting: optional(number),
  /** 0..1. */
  kv_cache_usage: optional(number),
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
});

export type Gpu = Infer<typeof gpu>;
export type Engine = Infer<typeof engine>;
export type SystemUpdate = Infer<typeof systemUpdate>;
