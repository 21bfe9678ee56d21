import type { TokenUsage } from "../../event.ts";
import { tokensOf } from "../gateway-fields.ts";
import { type Fields, fieldsOf } from "../proxy/fields.ts";

/** The answer's own usage, where the details are. */
function usageObject(payload: Fields): Fields | null {
  return (
    fieldsOf(fieldsOf(payload.metadata)?.usage_object) ??
    fieldsOf(fieldsOf(payload.hidden_params)?.usage_object)
  );
}

/**
 * Tokens in exclusive buckets. LiteLLM counts the cache within `prompt_tokens` for every provider;
 * a cache larger than its prompt came from a version that did not.
 */
export function usageOf(payload: Fields): TokenUsage | null {
  const details = usageObject(payload);
  const prompt =
    tokensOf(payload.prompt_tokens) ??
    tokensOf(details?.prompt_tokens) ??
    tokensOf(details?.input_tokens);
  const completion =
    tokensOf(payload.completion_tokens) ??
    tokensOf(details?.completion_tokens) ??
    tokensOf(details?.output_tokens);
  const total = tokensOf(payload.total_tokens) ?? tokensOf(details?.total_tokens);
  if ((prompt ?? 0) + (completion ?? 0) + (total ?? 0) === 0) return null;
  const all = prompt ?? Math.max(0, (total ?? 0) - (completion ?? 0));
  const output = completion ?? Math.max(0, (total ?? 0) - all);

  // Of the responses API some versions hand on the usage in its own names.
  const inputDetails = fieldsOf(details?.prompt_tokens_details ?? details?.input_tokens_details);
  const outputDetails = fieldsOf(
    details?.completion_tokens_details ?? details?.output_tokens_details,
  );
  const cacheRead =
    tokensOf(details?.cache_read_input_tokens) ?? tokensOf(inputDetails?.cached_tokens) ?? 0;
  const cacheWrite =
    tokensOf(details?.cache_creation_input_tokens) ??
    tokensOf(inputDetails?.cache_creation_tokens) ??
    tokensOf(inputDetails?.cache_write_tokens) ??
    0;
  const cached = cacheRead + cacheWrite;
  return {
    input: cached > all ? all : all - cached,
    cacheRead,
    cacheWrite,
    output,
    reasoning: Math.min(tokensOf(outputDetails?.reasoning_tokens) ?? 0, output),
  };
}

export function serviceTierOf(payload: Fields): string | null {
  for (const place of [usageObject(payload), fieldsOf(payload.model_parameters)]) {
    const tier = place?.service_tier;
    if (typeof tier === "string" && tier !== "" && tier !== "auto") return tier;
  }
  return null;
}
