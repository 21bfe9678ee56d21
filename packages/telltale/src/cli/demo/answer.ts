import { chance, logNormal, type Random } from "./dice.ts";
import type { Outlook } from "./fake-engine.ts";
import type { ModelProfile } from "./models.ts";

export interface Usage {
  /** All of the prompt, cached tokens included. */
  readonly prompt: number;
  readonly cached: number;
  /** Reasoning included. */
  readonly completion: number;
  readonly reasoning: number;
}

/** What a simulated model is going to say, and how fast. */
export interface Answer {
  readonly usage: Usage;
  readonly ending: "stop" | "length" | "tool";
  /** ms. */
  readonly ttft: number;
  /** ms between two pieces of text. */
  readonly gap: () => number;
  readonly pieces: readonly string[];
}

/** Providers send several tokens in one event when they come fast. */
const tokensPerPiece = 4;

const words = "the answer depends on what was asked and how long it may take to say so ".split(" ");

/**
 * @param letters of the prompt, which makes a token of four or so
 * @param outlook of the engine that answers, where one is played
 */
export function planAnswer(
  random: Random,
  profile: ModelProfile,
  letters: number,
  outlook?: (prompt: number) => Outlook,
): Answer {
  const draw = ([median, spread]: readonly [number, number], most: number): number =>
    Math.min(most, Math.max(1, Math.round(logNormal(random, median, spread))));
  const prompt = Math.max(1, Math.round(letters / (3.7 + 0.6 * random())));
  const completion = draw(profile.completionTokens, 3_000);
  // Caches work on blocks of 128 tokens, from 1,024 on.
  const cacheable = prompt >= 1_024 && chance(random, profile.cached);
  const cached = cacheable ? Math.floor((prompt * (0.5 + random() * 0.45)) / 128) * 128 : 0;
  const reasoning = Math.round(completion * profile.reasoning);
  const count = Math.max(1, Math.ceil((completion - reasoning) / tokensPerPiece));
  const dice = random();
  const { ttft, gap } = outlook?.(prompt) ?? {
    ttft: draw(profile.ttft, 30_000) / 1000,
    gap: profile.gap[0] / 1000,
  };
  return {
    usage: { prompt, cached, completion, reasoning },
    ending: dice < 0.03 ? "length" : dice < 0.1 ? "tool" : "stop",
    ttft: 1000 * ttft,
    gap: () => logNormal(random, 1000 * gap * tokensPerPiece, profile.gap[1]),
    pieces: Array.from({ length: count }, (_, i) => `${words[i % words.length]} `),
  };
}
