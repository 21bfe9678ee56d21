import { fields, flag, text } from "./attributes.ts";
import type { Span } from "./span.ts";

const names = [
  "gen_ai.request.stream",
  "gen_ai.request.is_stream",
  "gen_ai.is_streaming",
  "llm.is_streaming",
];

/** Whether the answer was streamed; undefined when the span does not say. */
export function streamingOf(span: Span): boolean | undefined {
  const { attributes, name } = span;
  const told =
    flag(attributes, names) ?? flag(fields(attributes, "llm.invocation_parameters"), ["stream"]);
  if (told !== undefined) return told;
  const operation = text(attributes, ["ai.operationId"]) ?? name;
  if (operation.endsWith(".doStream")) return true;
  return operation.endsWith(".doGenerate") ? false : undefined;
}
