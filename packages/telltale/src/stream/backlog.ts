import type { AlertUpdate, RequestUpdate } from "@telltale/protocol";
import type { Outgoing } from "./frames.ts";

/**
 * Events that wait for a channel's next flush, at most `budget` of them per tick. When there are
 * more, the ones that are missed least go first: progress of running requests, then requests that
 * nobody has heard of, oldest first. The end of a request that was shown as running is never left
 * out, or its row would run for ever; nor is an alert, which is what one looks for when there is more
 * than one can look at.
 */
export class Backlog {
  readonly #budget: number;
  #requests = new Map<string, RequestUpdate>();
  #alerts = new Map<string, AlertUpdate>();
  #others: Outgoing[] = [];
  readonly #shownRunning = new Set<string>();
  #left: number;
  #omitted = 0;

  constructor(budget: number) {
    this.#budget = budget;
    this.#left = budget;
  }

  /** True while something could be sent before the next tick. */
  get hasBudget(): boolean {
    return this.#left > 0;
  }

  /** Whether listeners were told that this request runs, and not yet that it ended. */
  showsRunning(id: string): boolean {
    return this.#shownRunning.has(id);
  }

  showed(id: string): void {
    this.#shownRunning.add(id);
  }

  add(event: Outgoing): void {
    if (event.type === "request_update") {
      // A later update of the same id replaces the earlier one, at the end of the line.
      this.#requests.delete(event.data.id);
      this.#requests.set(event.data.id, event.data);
      // Twice the budget leaves room to choose from; more would only cost memory.
      if (this.#requests.size > 2 * this.#budget) this.#omit(this.#budget);
      return;
    }
    if (event.type === "alert_update") {
      this.#alerts.delete(event.data.id);
      this.#alerts.set(event.data.id, event.data);
      return;
    }
    this.#others.push(event);
    if (this.#others.length > this.#budget) {
      this.#others.shift();
      this.#omitted++;
    }
  }

  /** A new tick, a new budget. */
  renew(): void {
    this.#left = this.#budget;
  }

  /** What may be sent now, and how many events were left out since last asked. */
  take(): { events: Outgoing[]; omitted: number } {
    const over = this.#requests.size + this.#others.length - Math.max(0, this.#left);
    if (over > 0) this.#omit(over);
    const events: Outgoing[] = [];
    for (const data of this.#alerts.values()) events.push({ type: "alert_update", data });
    for (const data of this.#requests.values()) {
      if (data.status === "in_progress") this.#shownRunning.add(data.id);
      else this.#shownRunning.delete(data.id);
      events.push({ type: "request_update", data });
    }
    events.push(...this.#others);
    this.#alerts = new Map();
    this.#requests = new Map();
    this.#others = [];
    this.#left -= events.length;
    const omitted = this.#omitted;
    this.#omitted = 0;
    return { events, omitted };
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
    const others = Math.min(over, this.#others.length);
    this.#others.splice(0, others);
    this.#omitted += others;
  }
}
