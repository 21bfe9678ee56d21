import { promptTokens, type RequestEvent } from "../event.ts";
import type { ModelTotals } from "../history/store.ts";

/** Sums over finished requests since the beginning. Money in US dollars, times in ms. */
export class Totals {
  requests = 0;
  errors = 0;
  promptTokens = 0;
  completionTokens = 0;
  cachedTokens = 0;
  reasoningTokens = 0;
  cost = 0;
  latencyMs = 0;
  unknownUsage = 0;
  unknownCost = 0;

  add(event: RequestEvent): void {
    this.#count(event, 1);
  }

  /** Takes out what was added. */
  remove(event: RequestEvent): void {
    this.#count(event, -1);
  }

  #count(event: RequestEvent, sign: 1 | -1): void {
    this.requests += sign;
    if (event.status === "error") this.errors += sign;
    this.latencyMs += sign * (event.latencyMs ?? 0);
    if (event.usage === null) {
      this.unknownUsage += sign;
    } else {
      this.promptTokens += sign * promptTokens(event.usage);
      this.completionTokens += sign * event.usage.output;
      this.cachedTokens += sign * event.usage.cacheRead;
      this.reasoningTokens += sign * event.usage.reasoning;
    }
    if (event.cost === null) this.unknownCost += sign;
    else this.cost += sign * event.cost;
  }

  restore(stored: ModelTotals): void {
    this.requests += stored.requests;
    this.errors += stored.errors;
    this.promptTokens += stored.promptTokens;
    this.completionTokens += stored.completionTokens;
    this.cachedTokens += stored.cachedTokens;
    this.reasoningTokens += stored.reasoningTokens;
    this.cost += stored.cost;
    this.latencyMs += stored.latencyMs;
    this.unknownUsage += stored.unknownUsage;
    this.unknownCost += stored.unknownCost;
  }

  get tokens(): number {
    return this.promptTokens + this.completionTokens;
  }
}
