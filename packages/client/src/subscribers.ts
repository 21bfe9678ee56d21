import type { AnyEnvelope, Envelope } from "@telltale/protocol";

/** Gets the payload of a message, and the whole message. */
export type MessageCallback<Data = unknown, Type extends string = string> = (
  data: Data,
  message: Envelope<Type, Data>,
) => void;

/** Who wants which messages. */
export class Subscribers {
  readonly #byType = new Map<string, Set<MessageCallback<never>>>();
  readonly #guard: (type: string, call: () => void) => void;

  /** @param guard calls, and keeps what is thrown to itself */
  constructor(guard: (type: string, call: () => void) => void) {
    this.#guard = guard;
  }

  add(type: string, callback: MessageCallback<never>): void {
    const callbacks = this.#byType.get(type) ?? new Set();
    this.#byType.set(type, callbacks.add(callback));
  }

  remove(type: string, callback: MessageCallback<never>): void {
    const callbacks = this.#byType.get(type);
    if (callbacks?.delete(callback) && callbacks.size === 0) this.#byType.delete(type);
  }

  /** How many callbacks each type has. */
  counts(): ReadonlyMap<string, number> {
    return new Map([...this.#byType].map(([type, { size }]) => [type, size]));
  }

  clear(): void {
    this.#byType.clear();
  }

  /** Each gets the message, whatever the one before did with it. */
  deliver(message: AnyEnvelope): void {
    for (const callback of [...(this.#byType.get(message.type) ?? [])]) {
      // The inbox has held known payloads against their schema; others are typed by their owner.
      this.#guard(message.type, () =>
        callback(message.data as never, message as Envelope<string, never>),
      );
    }
  }
}
