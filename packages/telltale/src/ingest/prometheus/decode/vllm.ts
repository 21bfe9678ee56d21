import { type EngineSample, unknownEngine } from "../../../engine-sample.ts";
import type { Page } from "../page.ts";
import { enginesBy } from "./engines.ts";

/** `vllm:` as vLLM writes it, `ray_vllm_` as it comes out of Ray. */
export const VLLM: RegExp = /^(?:ray_)?vllm[:_](.+)$/;

const IDENTITY = ["model_name", "engine", "ReplicaId", "WorkerId"];

/** Old names (version 0, `gpu_…`) and new ones (version 1) are tried newest first. */
export function decodeVllm(page: Page): EngineSample[] {
  const own = page.under(VLLM);
  return enginesBy(own, IDENTITY, (engine) => {
    const running = engine.sum("num_requests_running");
    const waiting = engine.sum("num_requests_waiting");
    const usage = engine.share("kv_cache_usage_perc", "gpu_cache_usage_perc");
    if (running === null && waiting === null && usage === null) return null;
    return {
      ...unknownEngine,
      id: "",
      kind: "vllm",
      model: engine.label("model_name"),
      running,
      waiting,
      swapped: engine.sum("num_requests_swapped"),
      cache: {
        usage,
        queries: engine.count("prefix_cache_queries", "gpu_prefix_cache_queries"),
        hits: engine.count("prefix_cache_hits", "gpu_prefix_cache_hits"),
        hitRate: engine.share("gpu_prefix_cache_hit_rate"),
        evictions: null,
        capacity: blocks(own, engine.label("engine")),
      },
      promptTokens: engine.count("prompt_tokens"),
      generatedTokens: engine.count("generation_tokens"),
      requests: engine.count("request_success"),
      preemptions: engine.count("num_preemptions"),
      ttft: engine.histogram(["time_to_first_token_seconds"]),
      interToken: engine.histogram([
        "inter_token_latency_seconds",
        "time_per_output_token_seconds",
        "request_time_per_output_token_seconds",
      ]),
      queueTime: engine.histogram(["request_queue_time_seconds"]),
    };
  });
}

/** `cache_config_info` has the engine's settings as labels, and not the model. */
function blocks(page: Page, engine: string | null): number | null {
  for (const { labels } of page.samples("cache_config_info")) {
    const of = labels.get("engine");
    if (engine !== null && of !== undefined && of !== engine) continue;
    const count = labels.get("num_gpu_blocks");
    if (count !== undefined && /^\d+$/.test(count)) return Number(count);
  }
  return null;
}
