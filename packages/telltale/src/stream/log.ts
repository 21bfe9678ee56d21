import { formatPosition, parsePosition } from "@telltale/protocol";
import type { Outgoing } from "./frames.ts";

/** A type whose newest value is all that matters, with what its values are told apart by. */
function keyOf({ type, data }: Outgoing): string | undefined {
  switch (type) {
    case "metrics_update":
    case "system_update":
    case "kv_cache_update":
      return type;
    case "model_update":
      return `${type} ${data.model}`;
    case "rate_limit_update":
      return `${type} ${data.endpoint}`;
    case "cost_update":
      return `${type} ${data.period}`;
    default:
      return undefined;
  }
}

interface Entry {
  readonly tick: number;
  readonly message: Outgoing;
}

/**
 * What was sent, by tick: the newest of each value, and the events as far back as they are held. A
 * position names a tick of one server life; what came after it can be had again exactly, or not at
 * all.
 */
export class Log {
  readonly #epoch: string;
  readonly #capacity: number;
  readonly #values = new Map<string, Entry>();
  /** The events of each tick that brought some. */
  #ticks: { readonly tick: number; readonly events: readonly Outgoing[] }[] = [];
  /** How many those are. */
  #held = 0;
  /** Events up to this tick are not held any more. */
  #forgotten = 0;
  #tick = 0;

  /** @param capacity events held */
  constructor(epoch: string, capacity: number) {
    this.#epoch = epoch;
    this.#capacity = capacity;
  }

  get tick(): number {
    return this.#tick;
  }

  /** `epoch:tick` */
  position(tick: number = this.#tick): string {
    return formatPosition({ epoch: this.#epoch, tick });
  }

  /** Takes what one tick brought and returns its events. */
  append(messages: readonly Outgoing[]): Outgoing[] {
    this.#tick++;
    const events: Outgoing[] = [];
    for (const message of messages) {
      const key = keyOf(message);
      if (key !== undefined) this.#values.set(key, { tick: this.#tick, message });
      else if (message.type !== "heartbeat") events.push(message);
    }
    if (events.length > 0) this.#ticks.push({ tick: this.#tick, events });
    this.#held += events.length;
    // In bulk: shifting one by one would move the whole list each time.
    if (this.#held > 2 * this.#capacity) this.#forget();
    return events;
  }

  /** The tick of a position of this life that is still held; else why it can not be resumed. */
  resolve(position: string): number | { readonly reason: string } {
    const parsed = parsePosition(position);
    if (parsed === undefined) return { reason: "the position is not one of this protocol" };
    if (parsed.epoch !== this.#epoch) return { reason: "the server has restarted since" };
    if (parsed.tick > this.#tick) return { reason: "the position lies ahead of the stream" };
    if (parsed.tick < this.#forgotten) return { reason: "the position is too long ago" };
    return parsed.tick;
  }

  /** Events after a tick that {@link resolve} gave, in order; of one request, only the newest. */
  eventsAfter(tick: number): Outgoing[] {
    let first = this.#ticks.length;
    while (first > 0 && (this.#ticks[first - 1]?.tick ?? 0) > tick) first--;
    const after = this.#ticks.slice(first).flatMap(({ events }) => events);
    const newest = new Map<string, Outgoing>();
    for (const event of after) {
      if (event.type === "request_update") newest.set(event.data.id, event);
    }
    return after.filter(
      (event) => event.type !== "request_update" || newest.get(event.data.id) === event,
    );
  }

  /** The newest of each value that changed after a tick. */
  valuesAfter(tick: number): Outgoing[] {
    const values: Outgoing[] = [];
    for (const entry of this.#values.values()) {
      if (entry.tick > tick) values.push(entry.message);
    }
    return values;
  }

  /** Forgets whole ticks, the oldest, as long as enough is left. */
  #forget(): void {
    const first = this.#ticks.findIndex(({ events }) => {
      if (this.#held - events.length < this.#capacity) return true;
      this.#held -= events.length;
      return false;
    });
    this.#forgotten = this.#ticks[first - 1]?.tick ?? this.#forgotten;
    this.#ticks.splice(0, first);
  }
}
