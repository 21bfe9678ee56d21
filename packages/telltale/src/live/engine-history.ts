import type { SystemUpdate } from "@telltale/protocol";

/** One second of the engines. Absent is unknown. */
export interface EngineMoment {
  /** Unix ms, a whole second. */
  readonly time: number;
  readonly active_workers: number;
  readonly queue_size: number;
  /** Means, 0..100. */
  readonly gpu_usage?: number;
  readonly gpu_memory_usage?: number;
  readonly engines: readonly {
    readonly name: string;
    readonly running?: number;
    readonly waiting?: number;
    /** 0..1 */
    readonly kv_cache_usage?: number;
    readonly tokens_per_second?: number;
  }[];
}

const LENGTH = 300_000;

/** The last five minutes of the engines, a moment per second that they spoke in. Memory only. */
export class EngineHistory {
  #moments: EngineMoment[] = [];

  /** The newest word of a second is the one that is kept. */
  add(system: SystemUpdate, now: number): void {
    const time = Math.floor(now / 1000) * 1000;
    const { engines = [], gpus = [], gpu_usage, gpu_memory_usage } = system;
    while (this.#moments[0] && this.#moments[0].time <= time - LENGTH) this.#moments.shift();
    if (engines.length === 0 && gpus.length === 0) return;
    if (this.#moments.at(-1)?.time === time) this.#moments.pop();
    this.#moments.push({
      time,
      active_workers: system.active_workers,
      queue_size: system.queue_size,
      ...(gpu_usage === undefined ? {} : { gpu_usage }),
      ...(gpu_memory_usage === undefined ? {} : { gpu_memory_usage }),
      engines: engines.map(({ name, running, waiting, kv_cache_usage, tokens_per_second }) => ({
        name,
        ...(running === undefined ? {} : { running }),
        ...(waiting === undefined ? {} : { waiting }),
        ...(kv_cache_usage === undefined ? {} : { kv_cache_usage }),
        ...(tokens_per_second === undefined ? {} : { tokens_per_second }),
      })),
    });
  }

  /** Oldest first. */
  get moments(): readonly EngineMoment[] {
    return this.#moments;
  }
}
