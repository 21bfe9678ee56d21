import { text } from "./attributes.ts";
import type { Span } from "./span.ts";

/** The model that answered, before the one that was asked for: an Azure deployment's name says nothing about its price. */
const modelNames = [
  "gen_ai.response.model",
  "llm.response.model_name",
  "llm.response.model",
  "ai.response.model",
  "langfuse.observation.model.name",
  "llm.model_name",
  "gen_ai.request.model",
  "llm.request.model_name",
  "llm.request.model",
  "ai.model.id",
  "embedding.model_name",
];

/** Who serves it, before who trained it: the price is the server's. */
const providerNames = [
  "gen_ai.provider.name",
  "gen_ai.system",
  "llm.provider",
  "llm.system",
  "ai.model.provider",
];

/** Earlier and other names of providers; null for a framework that only passes calls on. */
const renamed: ReadonlyMap<string, string | null> = new Map<string, string | null>([
  ["az.ai.inference", "azure.ai.inference"],
  ["az.ai.openai", "azure.ai.openai"],
  ["azure", "azure.ai.openai"],
  ["azure_openai", "azure.ai.openai"],
  ["azure-openai", "azure.ai.openai"],
  ["vertex_ai", "gcp.vertex_ai"],
  ["vertexai", "gcp.vertex_ai"],
  ["google.vertex", "gcp.vertex_ai"],
  ["gemini", "gcp.gemini"],
  ["google", "gcp.gemini"],
  ["google.generative-ai", "gcp.gemini"],
  ["xai", "x_ai"],
  ["mistral", "mistral_ai"],
  ["mistralai", "mistral_ai"],
  ["aws", "aws.bedrock"],
  ["bedrock", "aws.bedrock"],
  ["amazon-bedrock", "aws.bedrock"],
  ["moonshotai", "moonshot_ai"],
  ["watsonx", "ibm.watsonx.ai"],
  ["langchain", null],
  ["strands-agents", null],
  ["microsoft.agent_framework", null],
  ["gcp.vertex.agent", null],
  ["googleai", "gcp.gemini"],
  ["_other", null],
]);

const dotted: ReadonlySet<string> = new Set([
  "aws.bedrock",
  "azure.ai.inference",
  "azure.ai.openai",
  "gcp.gemini",
  "gcp.gen_ai",
  "gcp.vertex_ai",
  "ibm.watsonx.ai",
]);

/**
 * A provider in the words of `gen_ai.provider.name`. The AI SDK appends the API (`openai.chat`,
 * `google.vertex.chat`): dots are cut from the right until a name is known, or one word is left.
 */
export function providerNamed(name: string): string | null {
  let candidate = name.toLowerCase();
  for (;;) {
    const known = renamed.get(candidate);
    if (known !== undefined) return known;
    const dot = candidate.lastIndexOf(".");
    if (dot <= 0 || dotted.has(candidate)) return candidate;
    candidate = candidate.slice(0, dot);
  }
}

/** `unknown` when the span names no model: the call took place all the same. */
export function modelOf(span: Span): string {
  return text(span.attributes, modelNames) ?? "unknown";
}

export function providerOf(span: Span): string | null {
  const name = text(span.attributes, providerNames);
  return name === undefined ? null : providerNamed(name);
}
