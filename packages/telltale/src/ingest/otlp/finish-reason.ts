import { firstItem } from "./attributes.ts";
import type { Span } from "./span.ts";

const names = [
  "gen_ai.response.finish_reasons",
  "gen_ai.response.finish_reason",
  "llm.finish_reason",
  "ai.response.finishReason",
  "gen_ai.completion.0.finish_reason",
];

/** Why the answer ended, such as `stop`. */
export function finishReasonOf(span: Span): string | undefined {
  return firstItem(span.attributes, names);
}
