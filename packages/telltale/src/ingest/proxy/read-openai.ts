import { failureIn } from "./failure.ts";
import { type Fields, fieldsOf, listOf, textOf } from "./fields.ts";
import { addDelta, type Reading } from "./reading.ts";
import { readOpenAiUsage } from "./usage.ts";

/**
 * Reads a chunk of a chat or completions stream, or a whole answer of chat, completions or
 * embeddings: they differ only in `delta` and `message`.
 */
export function readOpenAi(reading: Reading, answer: Fields): void {
  reading.model = textOf(answer.model) ?? reading.model;
  reading.responseId = textOf(answer.id) ?? reading.responseId;
  reading.serviceTier = textOf(answer.service_tier) ?? reading.serviceTier;
  reading.failure ??= failureIn(answer);
  // Groq reports in an envelope of its own.
  readOpenAiUsage(reading, answer.usage ?? fieldsOf(answer.x_groq)?.usage);
  for (const item of listOf(answer.choices)) {
    const choice = fieldsOf(item);
    if (choice === null) continue;
    const reason = textOf(choice.finish_reason);
    if (reason !== null) {
      reading.finishReason = reason;
      reading.ended = true;
    }
    addDelta(reading, choice.text);
    const delta = fieldsOf(choice.delta);
    if (delta !== null) readDelta(reading, delta);
  }
}

function readDelta(reading: Reading, delta: Fields): void {
  addDelta(reading, delta.content);
  addDelta(reading, delta.refusal);
  // DeepSeek and vLLM say reasoning_content, OpenRouter and newer vLLM reasoning.
  addDelta(reading, delta.reasoning_content ?? delta.reasoning);
  for (const item of listOf(delta.tool_calls)) {
    const call = fieldsOf(fieldsOf(item)?.function);
    addDelta(reading, call?.name);
    addDelta(reading, call?.arguments);
  }
  const legacy = fieldsOf(delta.function_call);
  addDelta(reading, legacy?.name);
  addDelta(reading, legacy?.arguments);
}
