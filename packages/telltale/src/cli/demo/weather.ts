import { chance, exponential, type Random } from "./dice.ts";

/** What goes wrong with a call, if anything. */
export type Mishap = "rate-limit" | "overloaded" | "failure" | "hang" | "cut" | null;

/** Failures come now and then, and in storms that last some seconds. */
export class Weather {
  readonly #random: Random;
  #changesAt = 0;
  #storm = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** @param now Unix ms. */
  next(now: number): Mishap {
    const random = this.#random;
    if (now >= this.#changesAt) {
      this.#storm = this.#changesAt > 0 && !this.#storm;
      const mean = this.#storm ? 12_000 : 150_000;
      this.#changesAt = now + 0.5 * mean + exponential(random, 0.5 * mean);
    }
    if (!chance(random, this.#storm ? 0.4 : 0.018)) return null;
    const dice = random();
    if (dice < 0.45) return "rate-limit";
    if (dice < 0.65) return "overloaded";
    if (dice < 0.8) return "failure";
    return dice < 0.85 ? "hang" : "cut";
  }
}
