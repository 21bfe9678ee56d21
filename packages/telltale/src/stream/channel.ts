import type { RequestUpdate } from "@telltale/protocol";
import { Backlog } from "./backlog.ts";
import type { Connection } from "./connection.ts";
import { Frames, type Outgoing } from "./frames.ts";
import type { Log } from "./log.ts";
import { carries, type Subscription } from "./subscription.ts";

/**
 * Everybody with the same subscription. What it sends is chosen, numbered and encoded once,
 * whatever the number of listeners.
 */
export class Channel {
  readonly subscription: Subscription;
  readonly connections = new Set<Connection>();
  readonly #log: Log;
  readonly #backlog: Backlog;
  #sequence = 0;
  /** The tick up to which events were sent or left out. */
  #eventsTick: number;
  /** The tick up to which values were sent. */
  #valuesTick: number;
  #valuesAt = Number.NEGATIVE_INFINITY;

  constructor(subscription: Subscription, log: Log, maxEventsPerTick: number) {
    this.subscription = subscription;
    this.#log = log;
    this.#backlog = new Backlog(maxEventsPerTick);
    this.#valuesTick = log.tick;
    this.#eventsTick = log.tick;
  }

  /** Notes which running requests a listener saw in the state it began with. */
  showed(requests: readonly RequestUpdate[]): void {
    for (const { id, status } of requests) if (status === "in_progress") this.#backlog.showed(id);
  }

  /** Takes events of a tick as far as they are subscribed to. */
  add(events: readonly Outgoing[]): void {
    for (const event of events) {
      // Whoever saw a request run is told of its end, whatever the filter says of that.
      const owed = event.type === "request_update" && this.#backlog.showsRunning(event.data.id);
      if (owed || carries(this.subscription, event)) this.#backlog.add(event);
    }
  }

  renew(): void {
    this.#backlog.renew();
  }

  /** What is to be sent now; `undefined` when there is nothing, or no budget for it. */
  flush(
    now: number,
    always: readonly Outgoing[] = [],
    timestamp: number = now,
  ): Frames | undefined {
    const { interval = 0 } = this.subscription;
    const due = now - this.#valuesAt >= interval;
    const values = due ? this.#log.valuesAfter(this.#valuesTick) : [];
    if (due) this.#valuesTick = this.#log.tick;
    const messages: Outgoing[] = this.#events();
    for (const value of values) if (carries(this.subscription, value)) messages.push(value);
    messages.push(...always);
    if (values.length > 0) this.#valuesAt = now;
    if (messages.length === 0) return undefined;
    const first = this.#sequence;
    this.#sequence += messages.length;
    // While events wait for budget, who leaves now must get them when it comes back.
    const position = this.#log.position(this.#eventsTick);
    return new Frames(messages, { timestamp, first, position });
  }

  /** The events since `tick`, and the values that changed since `valuesTick`. */
  after(tick: number, valuesTick: number): Outgoing[] {
    return [...this.#log.eventsAfter(tick), ...this.#log.valuesAfter(valuesTick)].filter(
      (message) => carries(this.subscription, message),
    );
  }

  #events(): Outgoing[] {
    if (!this.#backlog.hasBudget) return [];
    this.#eventsTick = this.#log.tick;
    const { events, omitted } = this.#backlog.take();
    if (omitted === 0) return events;
    const data = {
      code: "conflated",
      message: `${omitted} updates were left out; they are in the history`,
      count: omitted,
    };
    return [{ type: "notice", data }, ...events];
  }
}
