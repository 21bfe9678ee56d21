import { type EngineSample, unknownEngine } from "../../../engine-sample.ts";
import type { Page } from "../page.ts";

export const TGI: RegExp = /^tgi_(.+)$/;

/** Text Generation Inference tells neither its KV cache nor its time to first token. */
export function decodeTgi(page: Page): EngineSample[] {
  const engine = page.under(TGI);
  const running = engine.sum("batch_current_size");
  const waiting = engine.sum("queue_size");
  if (running === null && waiting === null) return [];
  return [
    {
      ...unknownEngine,
      id: "",
      kind: "tgi",
      model: engine.label("model_id", "model_name"),
      running,
      waiting,
      promptTokens: engine.sum("request_input_length_sum"),
      generatedTokens: engine.sum("request_generated_tokens_sum"),
      requests: engine.count("request_success"),
      interToken: engine.histogram(["request_mean_time_per_token_duration"]),
      queueTime: engine.histogram(["request_queue_duration"]),
    },
  ];
}
