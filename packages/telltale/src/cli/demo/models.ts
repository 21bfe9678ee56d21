/** How a model behaves: medians and spreads of log-normal distributions. */
export interface ModelProfile {
  readonly model: string;
  /** Name of the upstream that serves it. */
  readonly upstream: string;
  /** Share of the traffic. */
  readonly weight: number;
  /** Request to first token, ms. */
  readonly ttft: readonly [median: number, spread: number];
  /** Between tokens, ms. */
  readonly gap: readonly [median: number, spread: number];
  readonly promptTokens: readonly [median: number, spread: number];
  readonly completionTokens: readonly [median: number, spread: number];
  /** How often a long prompt is read from the cache. */
  readonly cached: number;
  /** Share of the output spent on reasoning. */
  readonly reasoning: number;
  /** How often the caller streams. */
  readonly streaming: number;
}

export const models: readonly [ModelProfile, ...ModelProfile[]] = [
  {
    model: "gpt-4o",
    upstream: "demo-openai",
    weight: 24,
    ttft: [420, 0.45],
    gap: [14, 0.5],
    promptTokens: [900, 0.9],
    completionTokens: [180, 0.9],
    cached: 0.45,
    reasoning: 0,
    streaming: 0.85,
  },
  {
    model: "gpt-4o-mini",
    upstream: "demo-openai",
    weight: 30,
    ttft: [280, 0.4],
    gap: [9, 0.5],
    promptTokens: [600, 1],
    completionTokens: [120, 0.9],
    cached: 0.35,
    reasoning: 0,
    streaming: 0.6,
  },
  {
    model: "o3-mini",
    upstream: "demo-openai",
    weight: 5,
    ttft: [2_600, 0.6],
    gap: [7, 0.5],
    promptTokens: [700, 0.8],
    completionTokens: [520, 0.7],
    cached: 0.2,
    reasoning: 0.65,
    streaming: 0.4,
  },
  {
    model: "claude-sonnet-4-5",
    upstream: "demo-anthropic",
    weight: 18,
    ttft: [760, 0.45],
    gap: [16, 0.5],
    promptTokens: [1_800, 1.1],
    completionTokens: [240, 0.9],
    cached: 0.6,
    reasoning: 0,
    streaming: 0.9,
  },
  {
    model: "claude-haiku-4-5",
    upstream: "demo-anthropic",
    weight: 10,
    ttft: [330, 0.4],
    gap: [7, 0.5],
    promptTokens: [800, 0.9],
    completionTokens: [140, 0.8],
    cached: 0.4,
    reasoning: 0,
    streaming: 0.7,
  },
  {
    model: "gemini-2.5-flash",
    upstream: "demo-gemini",
    weight: 9,
    ttft: [310, 0.5],
    gap: [5, 0.5],
    promptTokens: [1_200, 1.1],
    completionTokens: [200, 0.8],
    cached: 0.25,
    reasoning: 0.2,
    streaming: 0.7,
  },
  {
    // Runs on one's own machines: nobody knows its price.
    model: "llama-3.3-70b-instruct",
    upstream: "demo-vllm",
    weight: 12,
    ttft: [190, 0.7],
    gap: [24, 0.35],
    promptTokens: [700, 0.7],
    completionTokens: [170, 0.7],
    cached: 0.6,
    reasoning: 0,
    streaming: 0.8,
  },
];

/** The profile of a model; any other name behaves like the first. */
export function profileOf(model: string): ModelProfile {
  return models.find((profile) => profile.model === model) ?? models[0];
}
