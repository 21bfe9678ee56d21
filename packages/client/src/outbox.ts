/** What became of a message. */
export type SendResult =
  | { readonly status: "sent" }
  /** Kept until the server has shown that it listens. */
  | { readonly status: "queued" }
  | { readonly status: "refused"; readonly reason: string };

/** Tells why a message was not taken. */
export function refused(reason: string): SendResult {
  return { status: "refused", reason };
}

/** Messages kept while nobody listens. */
const QUEUE_LIMIT = 100;

/** Holds what is to be sent until someone listens, and never sends what nobody acts on. */
export class Outbox {
  /** The server has shown that it listens. */
  listening = false;
  /** Hands a text to the network; false when it cannot be. */
  transmit: (text: string) => boolean = () => false;
  #queue: { type: string; text: string }[] = [];
  /** Types the server acts on; unknown when it only answered a heartbeat. */
  #capabilities: readonly string[] | undefined;

  /** The server listens: sends what waited, and returns the types that it does not act on. */
  open(capabilities: readonly string[] | undefined = this.#capabilities): string[] {
    this.#capabilities = capabilities;
    this.listening = true;
    const waiting = this.#queue;
    this.#queue = [];
    return waiting
      .filter(({ type, text }) => this.send(type, text).status === "refused")
      .map(({ type }) => type);
  }

  /** Nobody listens any more. */
  shut(): void {
    this.listening = false;
    this.#capabilities = undefined;
  }

  clear(): void {
    this.#queue = [];
  }

  send(type: string, text: string): SendResult {
    if (this.#capabilities && !this.#capabilities.includes(type)) {
      return refused(`The server does not act on "${type}"`);
    }
    if (this.listening && this.transmit(text)) return { status: "sent" };
    if (this.#queue.length >= QUEUE_LIMIT) {
      return refused(`${QUEUE_LIMIT} messages are waiting already`);
    }
    this.#queue.push({ type, text });
    return { status: "queued" };
  }
}
