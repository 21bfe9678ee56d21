const hosts: readonly (readonly [string, string])[] = [
  ["openai.azure.com", "azure.ai.openai"],
  ["cognitiveservices.azure.com", "azure.ai.openai"],
  ["openai.com", "openai"],
  ["anthropic.com", "anthropic"],
  ["generativelanguage.googleapis.com", "gcp.gemini"],
  ["aiplatform.googleapis.com", "gcp.vertex_ai"],
  ["amazonaws.com", "aws.bedrock"],
  ["mistral.ai", "mistral_ai"],
  ["groq.com", "groq"],
  ["deepseek.com", "deepseek"],
  ["x.ai", "x_ai"],
  ["perplexity.ai", "perplexity"],
  ["cohere.com", "cohere"],
  ["cohere.ai", "cohere"],
  ["openrouter.ai", "openrouter"],
  ["together.xyz", "together"],
  ["fireworks.ai", "fireworks"],
];

/** Who answers at `url`, in the words of `gen_ai.provider.name`; null for a host that nobody knows. */
export function providerAt(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { hostname } = new URL(url);
  const known = hosts.find(([host]) => hostname === host || hostname.endsWith(`.${host}`));
  return known?.[1] ?? null;
}
