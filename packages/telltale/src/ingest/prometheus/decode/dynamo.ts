import { type EngineSample, unknownCache, unknownEngine } from "../../../engine-sample.ts";
import type { Page } from "../page.ts";
import { enginesBy } from "./engines.ts";

export const DYNAMO: RegExp = /^dynamo_(?:frontend|component)_(.+)$/;

const FRONTEND = /^dynamo_frontend_(.+)$/;
const COMPONENT = /^dynamo_component_(.+)$/;

/** The front door: it passes requests on to workers. */
export function decodeFrontend(page: Page): EngineSample[] {
  return enginesBy(page.under(FRONTEND), ["model"], (front) => {
    const inside = front.sum("inflight_requests");
    // Queued until the first token, and in flight all the while.
    const waiting = front.sum("queued_requests");
    if (inside === null && waiting === null) return null;
    return {
      ...unknownEngine,
      id: "",
      kind: "dynamo",
      gateway: true,
      model: front.label("model"),
      running: inside === null ? null : Math.max(0, inside - (waiting ?? 0)),
      waiting,
      promptTokens: front.sum("input_sequence_tokens_sum"),
      generatedTokens: front.sum("output_tokens_total", "output_sequence_tokens_sum"),
      requests: front.count("requests"),
      ttft: front.histogram(["time_to_first_token_seconds"]),
      interToken: front.histogram(["inter_token_latency_seconds"]),
    };
  });
}

/** A worker whose engine does not speak for itself on the same page. */
export function decodeComponent(page: Page): EngineSample[] {
  return enginesBy(page.under(COMPONENT), ["dynamo_component", "worker_id"], (worker) => {
    const running = worker.sum("inflight_requests");
    // A share in spite of its name.
    const usage = worker.share("kvstats_gpu_cache_usage_percent", "gpu_cache_usage_percent");
    if (running === null && usage === null) return null;
    return {
      ...unknownEngine,
      id: "",
      kind: "dynamo",
      model: worker.label("model", "model_name"),
      running,
      cache: {
        ...unknownCache,
        usage,
        hitRate: worker.share("kvstats_gpu_prefix_cache_hit_rate", "gpu_prefix_cache_hit_rate"),
        capacity: worker.sum("kvstats_total_blocks", "total_blocks"),
      },
      requests: worker.count("requests"),
    };
  });
}
