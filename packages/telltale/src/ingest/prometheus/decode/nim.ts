import type { RateLimitUpdate } from "@telltale/protocol";
import { type EngineSample, unknownCache, unknownEngine } from "../../../engine-sample.ts";
import type { Page } from "../page.ts";
import { enginesBy } from "./engines.ts";
import { limitOf, type Source } from "./limit.ts";

/** NIM's names have no prefix, so more than one of them is asked for. */
export function isNim(page: Page): boolean {
  return (
    page.has("num_requests_running") &&
    page.has("gpu_cache_usage_perc", "num_request_max", "num_requests_waiting")
  );
}

/** NVIDIA NIM, whose page is at `/v1/metrics`. */
export function decodeNim(page: Page): EngineSample[] {
  return enginesBy(page, ["model_name"], (engine) => {
    const running = engine.sum("num_requests_running");
    if (running === null) return null;
    return {
      ...unknownEngine,
      id: "",
      kind: "nim",
      model: engine.label("model_name"),
      running,
      waiting: engine.sum("num_requests_waiting"),
      cache: { ...unknownCache, usage: engine.share("gpu_cache_usage_perc") },
      promptTokens: engine.count("prompt_tokens"),
      generatedTokens: engine.count("generation_tokens"),
      requests: engine.count("request_finish", "request_success"),
      ttft: engine.histogram(["time_to_first_token_seconds"]),
      interToken: engine.histogram(["time_per_output_token_seconds"]),
    };
  });
}

/** How many requests a NIM takes at a time. */
export function limitsOfNim(page: Page, source: Source): RateLimitUpdate[] {
  return [...page.by(["model_name"]).values()].flatMap((engine) => {
    const limit = engine.sum("num_request_max");
    const running = engine.sum("num_requests_running");
    if (limit === null || running === null) return [];
    const what = `${engine.label("model_name") ?? "requests"} at a time`;
    return limitOf(source, { what, limit, remaining: limit - running, unit: "requests at a time" });
  });
}
