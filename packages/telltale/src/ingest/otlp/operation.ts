import { text } from "./attributes.ts";
import type { Span } from "./span.ts";

/** What a counted span did, in the words of `gen_ai.operation.name`. */
export type Operation =
  | "chat"
  | "text_completion"
  | "generate_content"
  | "responses"
  | "embeddings";

/** Null: the span is no call of a model. `tool`: work between two calls, which are then not the same call. */
export type Role = Operation | "tool" | null;

const genAi: ReadonlyMap<string, Role> = new Map<string, Role>([
  ["chat", "chat"],
  ["chat_completion", "chat"],
  ["chat_completions", "chat"],
  ["chat_streaming_completions", "chat"],
  ["acompletion", "chat"],
  ["text_completion", "text_completion"],
  ["text_completions", "text_completion"],
  ["text_streaming_completions", "text_completion"],
  ["atext_completion", "text_completion"],
  ["completion", "text_completion"],
  ["generate_content", "generate_content"],
  ["response", "responses"],
  ["responses", "responses"],
  ["aresponses", "responses"],
  ["embedding", "embeddings"],
  ["embeddings", "embeddings"],
  ["aembedding", "embeddings"],
  ["execute_tool", "tool"],
]);

const openInference: ReadonlyMap<string, Role> = new Map<string, Role>([
  ["LLM", "chat"],
  ["EMBEDDING", "embeddings"],
  ["TOOL", "tool"],
]);

const langfuse: ReadonlyMap<string, Role> = new Map<string, Role>([
  ["generation", "chat"],
  ["embedding", "embeddings"],
  ["tool", "tool"],
]);

function vercel(id: string): Role {
  if (/\.(doGenerate|doStream)$/.test(id)) return "chat";
  if (/\.doEmbed$/.test(id)) return "embeddings";
  return id === "ai.toolCall" ? "tool" : null;
}

/** Semantic Kernel writes `chat.completions` for what others call `chat_completions`. */
function genAiRole(operation: string): Role {
  return genAi.get(operation.toLowerCase().replaceAll(".", "_")) ?? null;
}

/**
 * Without any marker: before v1.27 the conventions had none, and some emitters have none to this day.
 * Who calls names the model it asks for and who serves it. A frame around calls may name both as well
 * and is then another account of them, by its place in the trace.
 */
function unmarked({ attributes, name }: Span): Role {
  const named =
    text(attributes, ["gen_ai.request.model"]) !== undefined &&
    text(attributes, ["gen_ai.provider.name", "gen_ai.system"]) !== undefined;
  if (!named || attributes.has("traceloop.span.kind")) return vercel(name);
  return /embed/i.test(name) ? "embeddings" : "chat";
}

/**
 * Which spans are calls of a model. Agents, workflows, steps, chains and the outer `ai.*` spans
 * repeat the usage of the calls within them, so each convention's own marker decides, most specific
 * first, and a value that we do not know is no call.
 */
export function roleOf(span: Span): Role {
  const { attributes } = span;
  const vercelId = text(attributes, ["ai.operationId"]);
  if (vercelId !== undefined) return vercel(vercelId);
  const operation = text(attributes, ["gen_ai.operation.name"]);
  if (operation !== undefined) return genAiRole(operation);
  const kind = text(attributes, ["openinference.span.kind"]);
  if (kind !== undefined) return openInference.get(kind.toUpperCase()) ?? null;
  const observation = text(attributes, ["langfuse.observation.type"]);
  if (observation !== undefined) return langfuse.get(observation.toLowerCase()) ?? null;
  const request = text(attributes, ["llm.request.type"]);
  if (request !== undefined) return genAiRole(request);
  return unmarked(span);
}
