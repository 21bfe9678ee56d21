import { fields, figure } from "./attributes.ts";
import type { Span } from "./span.ts";

const names = [
  "gen_ai.usage.cost",
  "gen_ai.usage.total_cost",
  "llm.cost.total",
  "operation.cost",
  "litellm.cost.total",
  "openrouter.cost",
];

/**
 * US dollars as the source computed them; null otherwise. Zero is what instrumentations write for a
 * model they have no price of, so it is not believed: our own price list knows the free ones.
 */
export function costOf(span: Span): number | null {
  const cost =
    figure(span.attributes, names) ??
    figure(fields(span.attributes, "langfuse.observation.cost_details"), ["total"]);
  return cost === undefined || cost === 0 ? null : cost;
}
