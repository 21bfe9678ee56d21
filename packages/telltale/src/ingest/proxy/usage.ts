import { countOf, type Fields, fieldsOf, textOf } from "./fields.ts";
import type { Reading } from "./reading.ts";

/**
 * Usage of the OpenAI APIs (chat, completions, embeddings: `prompt_tokens`; responses:
 * `input_tokens`), where cached tokens are part of the input and reasoning is part of the output.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
export function readOpenAiUsage(reading: Reading, value: unknown): void {
  const usage = fieldsOf(value);
  const prompt = countOf(usage?.prompt_tokens) ?? countOf(usage?.input_tokens);
  if (usage === null || prompt === null) return;
  const inputDetails =
    fieldsOf(usage.prompt_tokens_details) ?? fieldsOf(usage.input_tokens_details);
  const read =
    countOf(inputDetails?.cached_tokens) ??
    // DeepSeek and Moonshot.
    countOf(usage.prompt_cache_hit_tokens) ??
    countOf(usage.cached_tokens) ??
    0;
  const cacheRead = Math.min(read, prompt);
  const cacheWrite = Math.min(countOf(inputDetails?.cache_write_tokens) ?? 0, prompt - cacheRead);
  reading.input = { input: prompt - cacheRead - cacheWrite, cacheRead, cacheWrite };

  const outputDetails =
    fieldsOf(usage.completion_tokens_details) ?? fieldsOf(usage.output_tokens_details);
  const reasoning = countOf(outputDetails?.reasoning_tokens) ?? 0;
  const total = countOf(usage.total_tokens);
  const output = outputOf(usage, prompt, total);
  // xAI counts reasoning beside the completion; its total gives it away.
  const beside = reasoning > output || (reasoning > 0 && total === prompt + output + reasoning);
  reading.output = beside ? output + reasoning : output;
  reading.reasoning = reasoning;
  // OpenRouter.
  readCost(reading, usage.cost);
}

function outputOf(usage: Fields, prompt: number, total: number | null): number {
  const output = countOf(usage.completion_tokens) ?? countOf(usage.output_tokens);
  // Embeddings report no output, some servers only a total.
  return output ?? Math.max(0, (total ?? prompt) - prompt);
}

/**
 * Usage of Anthropic's messages, where `input_tokens` excludes what was read from or written to
 * the cache. In a stream it comes in parts and is cumulative: the last value of each field counts.
 *
 * @see https://docs.anthropic.com/en/api/messages-streaming
 */
export function readAnthropicUsage(reading: Reading, value: unknown, last: boolean): void {
  const usage = fieldsOf(value);
  if (usage === null) return;
  reading.serviceTier = textOf(usage.service_tier) ?? reading.serviceTier;
  const before = reading.input;
  const input = countOf(usage.input_tokens) ?? before?.input;
  if (input !== undefined) {
    reading.input = {
      input,
      cacheRead: countOf(usage.cache_read_input_tokens) ?? before?.cacheRead ?? 0,
      cacheWrite: countOf(usage.cache_creation_input_tokens) ?? before?.cacheWrite ?? 0,
    };
  }
  // message_start counts a token or so of an answer that has not begun.
  const output = last ? countOf(usage.output_tokens) : null;
  if (output === null) return;
  reading.output = output;
  const details = fieldsOf(usage.output_tokens_details);
  const reasoning = countOf(details?.reasoning_tokens) ?? countOf(details?.thinking_tokens) ?? 0;
  reading.reasoning = Math.min(reasoning, output);
  readCost(reading, usage.cost);
}

export function readCost(reading: Reading, cost: unknown): void {
  if (typeof cost === "number" && Number.isFinite(cost) && cost >= 0) reading.cost = cost;
}
