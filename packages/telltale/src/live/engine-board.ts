import type {
  Engine,
  Gpu,
  KvCacheUpdate,
  RateLimitUpdate,
  SystemUpdate,
  Target,
} from "@telltale/protocol";
import type { EngineIntake } from "../engine-sample.ts";
import { noKvCache } from "./engine-cache.ts";
import { mergeGpus, ofGpus } from "./engine-gpus.ts";
import { EngineHistory, type EngineMoment } from "./engine-history.ts";
import { LiveEngines } from "./engines.ts";

/** What the host tells of itself. */
export type Host = Pick<
  SystemUpdate,
  "cpu_usage" | "memory_usage" | "disk_usage" | "network_in_bytes" | "network_out_bytes" | "gpus"
>;

/** Who is told of what the engines' figures have become. */
export interface EngineAudience {
  kvCache(update: KvCacheUpdate): void;
  rateLimit(update: RateLimitUpdate): void;
}

export interface Around {
  readonly host: Host;
  /** Requests in flight through the doors. */
  readonly inFlight: number;
  readonly targets: readonly Target[];
}

/** What `GET /api/v1/engines` answers. */
export interface EngineView {
  readonly engines: readonly Engine[];
  readonly gpus: readonly Gpu[];
  readonly kv_cache: KvCacheUpdate | null;
  readonly targets: readonly Target[];
  /** The last five minutes, a moment per second, oldest first. */
  readonly history: readonly EngineMoment[];
}

/** Host and engines put together once per tick; the caches and limits are told when they change. */
export class EngineBoard {
  readonly engines: LiveEngines;
  readonly #audience: EngineAudience;
  readonly #history = new EngineHistory();
  readonly #toldLimits = new Map<string, string>();
  #toldCache = "";
  #system: SystemUpdate | null = null;
  #kvCache: KvCacheUpdate | null = null;
  #rateLimits: readonly RateLimitUpdate[] = [];

  /** @param windowSeconds length of the trailing window */
  constructor(windowSeconds: number, audience: EngineAudience) {
    this.engines = new LiveEngines(windowSeconds);
    this.#audience = audience;
  }

  /** Where the doors hand in what engines say. */
  get intake(): EngineIntake {
    return this.engines;
  }

  get system(): SystemUpdate | null {
    return this.#system;
  }

  get kvCache(): KvCacheUpdate | null {
    return this.#kvCache;
  }

  get rateLimits(): readonly RateLimitUpdate[] {
    return this.#rateLimits;
  }

  /** @param now Unix ms */
  tick({ host, inFlight, targets }: Around, now: number): SystemUpdate {
    const found = this.engines.now(now);
    const { gpus: own = [], ...rest } = host;
    const system: SystemUpdate = {
      ...rest,
      ...ofGpus(mergeGpus([own, found.gpus])),
      active_workers: found.running ?? inFlight,
      queue_size: found.waiting ?? 0,
      ...(found.engines.length === 0 ? {} : { engines: [...found.engines] }),
      ...(targets.length === 0 ? {} : { targets: [...targets] }),
    };
    this.#system = system;
    this.#kvCache = found.kvCache;
    this.#rateLimits = found.rateLimits;
    this.#history.add(system, now);
    this.#tell();
    return system;
  }

  view(targets: readonly Target[]): EngineView {
    return {
      engines: this.#system?.engines ?? [],
      gpus: this.#system?.gpus ?? [],
      kv_cache: this.#kvCache,
      targets,
      history: this.#history.moments,
    };
  }

  #tell(): void {
    const cache = this.#kvCache ?? (this.#toldCache === "" ? undefined : noKvCache);
    const cacheText = cache === undefined ? "" : JSON.stringify(cache);
    if (cache !== undefined && cacheText !== this.#toldCache) {
      this.#toldCache = cacheText;
      this.#audience.kvCache(cache);
    }
    const gone = new Set(this.#toldLimits.keys());
    for (const limit of this.#rateLimits) {
      gone.delete(limit.endpoint);
      const text = JSON.stringify(limit);
      if (this.#toldLimits.get(limit.endpoint) === text) continue;
      this.#toldLimits.set(limit.endpoint, text);
      this.#audience.rateLimit(limit);
    }
    for (const endpoint of gone) this.#toldLimits.delete(endpoint);
  }
}
