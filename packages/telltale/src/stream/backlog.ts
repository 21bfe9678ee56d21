import type { ErrorUpdate, RequestUpdate } from "@telltale/protocol";
import type { Outgoing } from "./frames.ts";

type Event = Extract<Outgoing, { type: "request_update" | "error_update" | "alert_update" }>;

/**
 * Events that wait for the next flush, at most `budget` of them per tick. When there are more, the
 * ones that are missed least go first: progress of running requests, then requests that no page has
 * heard of, oldest first. The end of a request that was shown as running is never left out, or its
 * row would run for ever.
 */
export class Backlog {
  readonly #budget: number;
  #requests = new Map<string, RequestUpdate>();
  #others: Event[] = [];
  readonly #shownRunning = new Set<string>();
  #left: number;
  #omitted = 0;

  constructor(budget: number) {
    this.#budget = budget;
    this.#left = budget;
  }

  get isEmpty(): boolean {
    return this.#requests.size === 0 && this.#others.length === 0;
  }

  /** True while something could be sent before the next tick. */
  get hasBudget(): boolean {
    return this.#left > 0;
  }

  request(update: RequestUpdate): void {
    // A later update of the same id replaces the earlier one, at the end of the line.
    this.#requests.delete(update.id);
    this.#requests.set(update.id, update);
    this.#bound();
  }

  error(update: ErrorUpdate): void {
    this.#others.push({ type: "error_update", data: update });
    if (this.#others.length > this.#budget) {
      this.#others.shift();
      this.#omitted++;
    }
  }

  renew(): void {
    this.#left = this.#budget;
  }

  /** What may be sent now, and how many events were left out since last asked. */
  take(): { events: Event[]; omitted: number } {
    const over = this.#requests.size + this.#others.length - Math.max(0, this.#left);
    if (over > 0) this.#omit(over);
    const events: Event[] = [];
    for (const update of this.#requests.values()) {
      if (update.status === "in_progress") this.#shownRunning.add(update.id);
      else this.#shownRunning.delete(update.id);
      events.push({ type: "request_update", data: update });
    }
    events.push(...this.#others);
    this.#requests = new Map();
    this.#others = [];
    this.#left -= events.length;
    const omitted = this.#omitted;
    this.#omitted = 0;
    return { events, omitted };
  }

  #bound(): void {
    // Twice the budget leaves room to choose from; more would only cost memory.
    const over = this.#requests.size - 2 * this.#budget;
    if (over > 0) this.#omit(over + this.#budget);
  }

  #omit(wanted: number): void {
    let over = wanted;
    const omit = (expendable: (update: RequestUpdate) => boolean): void => {
      for (const [id, update] of this.#requests) {
        if (over === 0) return;
        if (!expendable(update)) continue;
        this.#requests.delete(id);
        this.#omitted++;
        over--;
      }
    };
    omit((update) => update.status === "in_progress");
    omit((update) => !this.#shownRunning.has(update.id));
    const errors = Math.min(over, this.#others.length);
    this.#others.splice(0, errors);
    this.#omitted += errors;
  }
}
