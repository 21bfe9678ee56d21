import type { RateLimitUpdate } from "@telltale/protocol";
import { type Fields, fieldsOf, textOf } from "../proxy/fields.ts";
import { rateLimitsIn } from "../proxy/rate-limits.ts";

/** The provider's limits, which LiteLLM repeats with underscores for dashes. */
export function rateLimitsOf(payload: Fields, now: number): RateLimitUpdate[] {
  const headers = fieldsOf(fieldsOf(payload.hidden_params)?.additional_headers);
  const model = textOf(payload.model);
  if (headers === null || model === null) return [];
  const lines: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== "string" && typeof value !== "number") continue;
    const header = name
      .toLowerCase()
      .replaceAll("_", "-")
      .replace(/^llm-provider-/, "");
    lines.push(header, String(value));
  }
  const provider = textOf(payload.custom_llm_provider) ?? "litellm";
  return rateLimitsIn(lines, `${provider} ${model}`, provider, now);
}
