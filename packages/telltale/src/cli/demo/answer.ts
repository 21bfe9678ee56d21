import { chance, logNormal, type Random } from "./dice.ts";
import type { Place } from "./fake-engine.ts";
import type { ModelProfile } from "./models.ts";
import type { Usage } from "./usage.ts";

/** What a simulated model is going to say, and how fast. */
export interface Answer {
  readonly usage: Usage;
  readonly ending: "stop" | "length" | "tool";
  /** ms. */
  readonly ttft: number;
  /** ms between two pieces of text. */
  readonly gap: () => number;
  readonly pieces: readonly string[];
  /** Tells the engine that answers, where one is played, that it is over. */
  readonly end: () => void;
}

/** Providers send several tokens in one event when they come fast. */
const tokensPerPiece = 4;

const words = "the answer depends on what was asked and how long it may take to say so ".split(" ");

/**
 * @param letters of the prompt, which makes a token of four or so
 * @param take gives the request to the engine that answers, where one is played
 */
export function planAnswer(
  random: Random,
  profile: ModelProfile,
  letters: number,
  take?: (usage: Usage) => Place,
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
  const usage = { prompt, cached, completion, reasoning };
  const { ttft, gap, leave } = take?.(usage) ?? {
    ttft: draw(profile.ttft, 30_000) / 1000,
    gap: profile.gap[0] / 1000,
    leave: () => undefined,
  };
  return {
    usage,
    ending: dice < 0.03 ? "length" : dice < 0.1 ? "tool" : "stop",
    ttft: 1000 * ttft,
    gap: () => logNormal(random, 1000 * gap * tokensPerPiece, profile.gap[1]),
    end: leave,
    pieces: Array.from({ length: count }, (_, i) => `${words[i % words.length]} `),
  };
}
