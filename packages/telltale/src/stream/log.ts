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
  #events: Entry[] = [];
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
      const entry = { tick: this.#tick, message };
      if (key !== undefined) {
        this.#values.set(key, entry);
        continue;
      }
      if (message.type === "heartbeat") continue;
      this.#events.push(entry);
      events.push(message);
    }
    // Cut in bulk: shifting one by one would move the whole list each time.
    if (this.#events.length > 2 * this.#capacity) {
      const cut = this.#events.length - this.#capacity;
      this.#forgotten = this.#events[cut - 1]?.tick ?? this.#forgotten;
      this.#events = this.#events.slice(cut).filter(({ tick }) => tick > this.#forgotten);
    }
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
    let first = this.#events.length;
    while (first > 0 && (this.#events[first - 1]?.tick ?? 0) > tick) first--;
    const after = this.#events.slice(first);
    const newest = new Map<string, Entry>();
    for (const entry of after) {
      if (entry.message.type === "request_update") newest.set(entry.message.data.id, entry);
    }
    return after
      .filter(
        (entry) =>
          entry.message.type !== "request_update" || newest.get(entry.message.data.id) === entry,
      )
      .map(({ message }) => message);
  }

  /** The newest of each value that changed after a tick. */
  valuesAfter(tick: number): Outgoing[] {
    const values: Outgoing[] = [];
    for (const entry of this.#values.values()) {
      if (entry.tick > tick) values.push(entry.message);
    }
    return values;
  }
}
