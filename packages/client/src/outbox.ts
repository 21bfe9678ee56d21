/** What became of a message. */
export type SendResult =
  | { readonly status: "sent" }
  /** Kept until the server has shown that it listens. */
  | { readonly status: "queued" }
  | { readonly status: "refused"; readonly reason: string };

/** Messages kept while nobody listens. */
export const QUEUE_LIMIT = 100;

/** Holds what is to be sent until someone listens, and never sends what nobody acts on. */
export class Outbox {
  readonly #transmit: (text: string) => boolean;
  readonly #queue: { type: string; text: string }[] = [];
  #open = false;
  /** Types the server acts on; unknown when it only answered a heartbeat. */
  #capabilities: readonly string[] | undefined;

  constructor(transmit: (text: string) => boolean) {
    this.#transmit = transmit;
  }

  /** The server listens. */
  open(capabilities: readonly string[] | undefined): void {
    this.#capabilities ??= capabilities;
    this.#open = true;
  }

  /** Nobody listens any more. */
  shut(): void {
    this.#open = false;
    this.#capabilities = undefined;
  }

  clear(): void {
    this.#queue.length = 0;
  }

  send(type: string, message: unknown): SendResult {
    const text = JSON.stringify(message);
    if (this.#open && !this.#takes(type)) {
      return { status: "refused", reason: `The server does not act on "${type}"` };
    }
    if (this.#open && this.#transmit(text)) return { status: "sent" };
    if (this.#queue.length >= QUEUE_LIMIT) {
      return { status: "refused", reason: `${QUEUE_LIMIT} messages are waiting already` };
    }
    this.#queue.push({ type, text });
    return { status: "queued" };
  }

  /** Sends what waited, in order; returns the types that this server does not act on. */
  flush(): string[] {
    const waiting = this.#queue.splice(0);
    const unwanted: string[] = [];
    for (const entry of waiting) {
      if (!this.#takes(entry.type)) unwanted.push(entry.type);
      else if (!this.#transmit(entry.text)) this.#queue.push(entry);
    }
    return unwanted;
  }

  #takes(type: string): boolean {
    return this.#capabilities?.includes(type) ?? true;
  }
}
