import { type EngineSample, type KvCacheSample, unknownEngine } from "../../../engine-sample.ts";
import type { Page } from "../page.ts";
import { enginesBy } from "./engines.ts";

export const SGLANG: RegExp = /^sglang[:_](.+)$/;

/**
 * One engine per model. Its data-parallel ranks are added up; of tensor- and pipeline-parallel ranks,
 * which all tell of the same requests, one is taken.
 */
export function decodeSglang(page: Page): EngineSample[] {
  return enginesBy(page.under(SGLANG), ["model_name"], (every) => {
    const engine = every.where(leaders(every)).where(isWhole);
    const running = engine.sum("num_running_reqs");
    const waiting = engine.sum("num_queue_reqs", "num_waiting_reqs", "queue_req");
    const cache = cacheOf(engine);
    if (running === null && waiting === null && cache.usage === null) return null;
    return {
      ...unknownEngine,
      id: "",
      kind: "sglang",
      model: engine.label("model_name"),
      running,
      waiting,
      cache,
      promptTokens: engine.count("prompt_tokens"),
      generatedTokens: engine.count("generation_tokens"),
      tokensPerSecond: engine.sum("gen_throughput"),
      requests: engine.count("num_requests"),
      // The gauge of nearly the same name tells of the last step only.
      preemptions: engine.sum("num_retracted_requests_total", "num_retracted_reqs_total"),
      ttft: engine.histogram(["time_to_first_token_seconds"]),
      interToken: engine.histogram([
        "inter_token_latency_seconds",
        "time_per_output_token_seconds",
      ]),
      queueTime: engine.histogram(["queue_time_seconds"]),
    };
  });
}

function cacheOf(engine: Page): KvCacheSample {
  const capacity = engine.sum("max_total_num_tokens");
  const used = engine.sum("num_used_tokens", "kv_used_tokens");
  const told = engine.share("token_usage");
  const all = engine.where((labels) => labels.get("cache_source") === "total");
  const hits = all.count("cached_tokens") ?? engine.count("cached_tokens");
  return {
    usage: told ?? (capacity && used !== null ? Math.min(1, used / capacity) : null),
    // What a prompt has is looked up; what of it was found is counted apart.
    queries: hits === null ? null : engine.count("prompt_tokens"),
    hits,
    hitRate: engine.share("cache_hit_rate"),
    evictions: engine.sum("evicted_tokens_total"),
    capacity,
  };
}

/** With priorities there is a series for each, and one for all whose priority is empty. */
function isWhole(labels: ReadonlyMap<string, string>): boolean {
  return !labels.get("priority");
}

/** Passes the lowest ranks within each data-parallel rank, and what has no rank. */
function leaders(page: Page): (labels: ReadonlyMap<string, string>) => boolean {
  const lowest = new Map<string, number>();
  const rank = (labels: ReadonlyMap<string, string>): number =>
    Number(labels.get("pp_rank") ?? 0) * 65_536 + Number(labels.get("tp_rank") ?? 0);
  for (const { labels } of page.samples("num_running_reqs", "num_queue_reqs", "token_usage")) {
    const group = labels.get("dp_rank") ?? "";
    lowest.set(group, Math.min(lowest.get(group) ?? Number.POSITIVE_INFINITY, rank(labels)));
  }
  return (labels) => {
    if (!labels.has("tp_rank") && !labels.has("pp_rank")) return true;
    const least = lowest.get(labels.get("dp_rank") ?? "");
    return least === undefined || rank(labels) === least;
  };
}
