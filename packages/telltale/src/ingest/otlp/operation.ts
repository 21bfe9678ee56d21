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
  ["text_completion", "text_completion"],
  ["completion", "text_completion"],
  ["generate_content", "generate_content"],
  ["response", "responses"],
  ["responses", "responses"],
  ["embedding", "embeddings"],
  ["embeddings", "embeddings"],
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

/**
 * Which spans are calls of a model. Agents, workflows, steps, chains and the outer `ai.*` spans
 * repeat the usage of the calls within them, so each convention's own marker decides, most specific
 * first, and a value that we do not know is no call.
 */
export function roleOf(span: Span): Role {
  const { attributes, name } = span;
  const vercelId = text(attributes, ["ai.operationId"]);
  if (vercelId !== undefined) return vercel(vercelId);
  const operation = text(attributes, ["gen_ai.operation.name"]);
  if (operation !== undefined) return genAi.get(operation.toLowerCase()) ?? null;
  const kind = text(attributes, ["openinference.span.kind"]);
  if (kind !== undefined) return openInference.get(kind.toUpperCase()) ?? null;
  const observation = text(attributes, ["langfuse.observation.type"]);
  if (observation !== undefined) return langfuse.get(observation.toLowerCase()) ?? null;
  const request = text(attributes, ["llm.request.type"]);
  if (request !== undefined) return genAi.get(request.toLowerCase()) ?? null;
  return vercel(name);
}
