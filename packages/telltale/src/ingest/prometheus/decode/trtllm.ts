import { type EngineSample, unknownCache, unknownEngine } from "../../../engine-sample.ts";
import type { Page } from "../page.ts";
import { enginesBy } from "./engines.ts";

export const TRTLLM: RegExp = /^trtllm[:_](.+)$/;

/** `trtllm-serve`; TensorRT-LLM behind Triton speaks Triton's names instead. */
export function decodeTrtllm(page: Page): EngineSample[] {
  return enginesBy(page.under(TRTLLM), ["model_name"], (engine) => {
    const running = engine.sum("num_requests_running");
    const waiting = engine.sum("num_requests_waiting");
    const usage = engine.share("kv_cache_utilization");
    const requests = engine.count("request_success");
    if (running === null && waiting === null && usage === null && requests === null) return null;
    return {
      ...unknownEngine,
      id: "",
      kind: "trtllm",
      model: engine.label("model_name"),
      running,
      waiting,
      cache: { ...unknownCache, usage, hitRate: engine.share("kv_cache_hit_rate") },
      requests,
      ttft: engine.histogram(["time_to_first_token_seconds"]),
      interToken: engine.histogram(["time_per_output_token_seconds"]),
      queueTime: engine.histogram(["request_queue_time_seconds"]),
    };
  });
}
