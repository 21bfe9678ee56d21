/** A rate limit by the minute, as providers count it; the state of one upstream and model. */
export class Quota {
  readonly requests: number;
  readonly tokens: number;
  #minute = 0;
  #usedRequests = 0;
  #usedTokens = 0;

  constructor(requests: number, tokens: number) {
    this.requests = requests;
    this.tokens = tokens;
  }

  /** @param now Unix ms. */
  spend(tokens: number, now: number): void {
    const minute = Math.floor(now / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#usedRequests = 0;
      this.#usedTokens = 0;
    }
    this.#usedRequests += 1;
    this.#usedTokens += tokens;
  }

  get remainingRequests(): number {
    return Math.max(0, this.requests - this.#usedRequests);
  }

  get remainingTokens(): number {
    return Math.max(0, this.tokens - this.#usedTokens);
  }

  /** When the current minute ends, Unix ms. */
  get resetsAt(): number {
    return (this.#minute + 1) * 60_000;
  }
}
