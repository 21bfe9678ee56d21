import { type AttributeValue, count, fields, figure, flag, text } from "./attributes.ts";
import type { Span } from "./span.ts";

/** What a span says in its own words, in those of OpenTelemetry; undefined where it says nothing. */
type Words = Readonly<Record<string, AttributeValue | undefined>>;

const genkitOperations: ReadonlyMap<string, string> = new Map([
  ["model", "chat"],
  ["background-model", "chat"],
  ["embedder", "embeddings"],
  ["tool", "execute_tool"],
]);

/** Genkit: `genkit:name` is `plugin/model`, the usage stands in the answer, of which nothing else is read. */
function genkit({ attributes }: Span): Words {
  const subtype = text(attributes, ["genkit:metadata:subtype"]) ?? "";
  const operation = genkitOperations.get(subtype);
  if (operation === undefined) return { "gen_ai.operation.name": subtype || "util" };
  const name = text(attributes, ["genkit:name"]) ?? "";
  const slash = name.indexOf("/");
  const usage = fields(attributes, "genkit:output", "usage");
  return {
    "gen_ai.operation.name": operation,
    "gen_ai.provider.name": slash > 0 ? name.slice(0, slash) : undefined,
    "gen_ai.request.model": name.slice(slash + 1) || undefined,
    "gen_ai.usage.input_tokens": count(usage, ["inputTokens"]),
    "gen_ai.usage.output_tokens": count(usage, ["outputTokens"]),
    "gen_ai.usage.total_tokens": count(usage, ["totalTokens"]),
    "gen_ai.usage.reasoning_tokens": count(usage, ["thoughtsTokens"]),
    "gen_ai.usage.cache_read.input_tokens": count(usage, ["cachedContentTokens"]),
    "error.type": text(attributes, ["genkit:state"]) === "error" ? "_OTHER" : undefined,
  };
}

const mlflowOperations: ReadonlyMap<string, string> = new Map([
  ["CHAT_MODEL", "chat"],
  ["LLM", "text_completion"],
  ["EMBEDDING", "embeddings"],
  ["TOOL", "execute_tool"],
]);

/** MLflow: every value of an attribute is JSON, texts with their quotes. */
function mlflow({ attributes }: Span): Words {
  const plain = (name: string): string | undefined => {
    const value = text(attributes, [name])?.replace(/^"(.*)"$/, "$1");
    return value === "null" ? undefined : value;
  };
  const type = plain("mlflow.spanType") ?? "";
  const usage = fields(attributes, "mlflow.chat.tokenUsage");
  return {
    "gen_ai.operation.name": mlflowOperations.get(type) ?? type.toLowerCase(),
    "gen_ai.provider.name": plain("mlflow.llm.provider"),
    "gen_ai.request.model": plain("mlflow.llm.model"),
    "gen_ai.usage.input_tokens": count(usage, ["input_tokens"]),
    "gen_ai.usage.output_tokens": count(usage, ["output_tokens"]),
    "gen_ai.usage.total_tokens": count(usage, ["total_tokens"]),
    "gen_ai.usage.cache_read.input_tokens": count(usage, ["cache_read_input_tokens"]),
    "gen_ai.usage.cache_creation.input_tokens": count(usage, ["cache_creation_input_tokens"]),
    "gen_ai.usage.cost": figure(fields(attributes, "mlflow.llm.cost"), ["total_cost"]),
    "user.id": plain("mlflow.trace.user"),
    "session.id": plain("mlflow.trace.session"),
  };
}

/** Claude Code: the usage of Anthropic's API as it stands, the cache beside the input. */
function claudeCode({ name, attributes }: Span): Words {
  if (name !== "claude_code.llm_request")
    return { "gen_ai.operation.name": name.endsWith(".tool") ? "execute_tool" : "workflow" };
  const ttftMs = figure(attributes, ["ttft_ms"]);
  const read = count(attributes, ["cache_read_tokens"]) ?? 0;
  const written = count(attributes, ["cache_creation_tokens"]) ?? 0;
  const input = count(attributes, ["input_tokens"]);
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": text(attributes, ["model"]),
    "gen_ai.usage.input_tokens": input === undefined ? undefined : input + read + written,
    "gen_ai.usage.cache_read.input_tokens": read,
    "gen_ai.usage.cache_creation.input_tokens": written,
    "gen_ai.usage.output_tokens": count(attributes, ["output_tokens"]),
    "gen_ai.response.time_to_first_chunk": ttftMs === undefined ? undefined : ttftMs / 1_000,
    "http.response.status_code": count(attributes, ["status_code"]),
    "error.type": flag(attributes, ["success"]) === false ? "_OTHER" : undefined,
    "error.message": text(attributes, ["error"]),
  };
}

function wordsOf(span: Span): Words | null {
  if (span.attributes.has("genkit:type")) return genkit(span);
  if (span.attributes.has("mlflow.spanType")) return mlflow(span);
  return span.name.startsWith("claude_code.") ? claudeCode(span) : null;
}

/**
 * The span, with what it says in words of its tool alone (Genkit, MLflow, Claude Code) in those of
 * OpenTelemetry. What it says in these itself stays.
 */
export function translated(span: Span): Span {
  const words = wordsOf(span);
  if (words === null) return span;
  const attributes = new Map<string, AttributeValue>();
  for (const [name, value] of Object.entries(words))
    if (value !== undefined) attributes.set(name, value);
  for (const [name, value] of span.attributes) attributes.set(name, value);
  return { ...span, attributes };
}
