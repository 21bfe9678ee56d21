import type { TokenUsage } from "../../event.ts";
import { type Attributes, count, fields } from "./attributes.ts";
import { modelOf, providerOf } from "./model.ts";
import type { Operation } from "./operation.ts";
import type { Span } from "./span.ts";

/** Newest first: OpenTelemetry, then OpenInference, AI SDK, and what older instrumentations sent. */
const names = {
  input: [
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.token_count.prompt",
    "ai.usage.inputTokens",
    "ai.usage.promptTokens",
    "ai.usage.tokens",
    "llm.usage.prompt_tokens",
  ],
  output: [
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.token_count.completion",
    "ai.usage.outputTokens",
    "ai.usage.completionTokens",
    "llm.usage.completion_tokens",
  ],
  total: [
    "gen_ai.usage.total_tokens",
    "llm.usage.total_tokens",
    "llm.token_count.total",
    "ai.usage.totalTokens",
  ],
  cacheRead: [
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.cache_read_tokens",
    "gen_ai.usage.input_tokens.cached",
    "gen_ai.usage.details.cache_read_tokens",
    "gen_ai.usage.details.cache_read_input_tokens",
    "gen_ai.usage.details.cached_tokens",
    "gen_ai.usage.prompt_tokens_details.cached_tokens",
    "gen_ai.usage.prompt_tokens_details.cache_read",
    "llm.token_count.prompt_details.cache_read",
    "ai.usage.inputTokenDetails.cacheReadTokens",
    "ai.usage.cachedInputTokens",
  ],
  cacheWrite: [
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_write_input_tokens",
    "gen_ai.usage.input_tokens.cache_write",
    "gen_ai.usage.cache_write_tokens",
    "gen_ai.usage.details.cache_write_tokens",
    "gen_ai.usage.details.cache_creation_input_tokens",
    "gen_ai.usage.prompt_tokens_details.cache_write",
    "llm.token_count.prompt_details.cache_write",
    "ai.usage.inputTokenDetails.cacheWriteTokens",
  ],
  reasoning: [
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "gen_ai.usage.output_tokens.reasoning",
    "gen_ai.usage.details.reasoning_tokens",
    "gen_ai.usage.completion_tokens_details.reasoning_tokens",
    "llm.token_count.completion_details.reasoning",
    "ai.usage.outputTokenDetails.reasoningTokens",
    "ai.usage.reasoningTokens",
  ],
} as const;

/** In `langfuse.observation.usage_details`, whose buckets exclude each other and add up to the total. */
const langfuseNames = {
  input: ["input", "input_tokens", "prompt_tokens"],
  output: ["output", "output_tokens", "completion_tokens"],
  total: ["total", "total_tokens"],
  cacheRead: ["input_cached_tokens", "cache_read_input_tokens", "input_cache_read"],
  cacheWrite: ["cache_creation_input_tokens", "input_cache_creation"],
  reasoning: ["output_reasoning_tokens", "reasoning_tokens", "output_reasoning"],
} as const;

type Names = { readonly [Bucket in keyof typeof names]: readonly string[] };
type Counts = { readonly [Bucket in keyof typeof names]: number | undefined };

function read(attributes: Attributes, from: Names): Counts {
  return {
    input: count(attributes, from.input),
    output: count(attributes, from.output),
    total: count(attributes, from.total),
    cacheRead: count(attributes, from.cacheRead),
    cacheWrite: count(attributes, from.cacheWrite),
    reasoning: count(attributes, from.reasoning),
  };
}

/**
 * Exclusive buckets out of counts whose convention has to be guessed. Input includes the cache and
 * output includes reasoning (OpenTelemetry, OpenAI, OpenInference), unless the figures deny it:
 * the cache is larger than its whole, or the reported total only adds up with the part beside the
 * whole. Anthropic's raw usage has its cache beside the input, Gemini's its thoughts beside the
 * output. Reasoning larger than the output is Gemini's only where nobody stands between: routers
 * (OpenRouter) report more reasoning than they bill output.
 */
function bucketsOf(counts: Counts, span: Span, operation: Operation): TokenUsage | null {
  const { total, cacheRead = 0, cacheWrite = 0, reasoning = 0 } = counts;
  const input =
    counts.input ?? (counts.output === undefined ? undefined : difference(total, counts.output));
  const output =
    counts.output ??
    (input === undefined
      ? undefined
      : (difference(total, input) ?? (operation === "embeddings" ? 0 : undefined)));
  if (input === undefined || output === undefined) return null;
  // A prompt has at least one token: two zeros are an emitter's way to say that it did not see any.
  if (input + output + cacheRead + cacheWrite === 0) return null;

  const cached = cacheRead + cacheWrite;
  const beyond = total === undefined ? 0 : total - input - output;
  const cacheBeside =
    cached > input || (cached > 0 && (beyond === cached || beyond === cached + reasoning));
  const reasoningBeside =
    (reasoning > 0 && beyond === reasoning + (cacheBeside ? cached : 0)) ||
    (reasoning > output && isOfGoogle(span) && total !== input + output);
  return {
    input: cacheBeside ? input : input - cached,
    cacheRead,
    cacheWrite,
    output: reasoningBeside ? output + reasoning : output,
    reasoning: reasoningBeside ? reasoning : Math.min(reasoning, output),
  };
}

function isOfGoogle(span: Span): boolean {
  return providerOf(span)?.startsWith("gcp.") ?? modelOf(span).startsWith("gemini");
}

function difference(whole: number | undefined, part: number): number | undefined {
  return whole === undefined || whole < part ? undefined : whole - part;
}

/** LangSmith's counts, whose parts stand apart as LangChain has them. */
function withDetails(counts: Counts, attributes: Attributes): Counts {
  const input = fields(attributes, "gen_ai.usage.input_token_details");
  const output = fields(attributes, "gen_ai.usage.output_token_details");
  return {
    ...counts,
    cacheRead: counts.cacheRead ?? count(input, ["cache_read"]),
    cacheWrite: counts.cacheWrite ?? count(input, ["cache_creation"]),
    reasoning: counts.reasoning ?? count(output, ["reasoning"]),
  };
}

/** Token counts of a call; null when its span tells none, or only one half of them. */
export function usageOf(span: Span, operation: Operation): TokenUsage | null {
  const told = withDetails(read(span.attributes, names), span.attributes);
  const usage = bucketsOf(told, span, operation);
  if (usage !== null) return usage;
  const counts = read(fields(span.attributes, "langfuse.observation.usage_details"), langfuseNames);
  if (counts.input === undefined || counts.output === undefined) return null;
  const { cacheRead = 0, cacheWrite = 0, reasoning = 0 } = counts;
  const output = counts.output + reasoning;
  return { input: counts.input, cacheRead, cacheWrite, output, reasoning };
}
