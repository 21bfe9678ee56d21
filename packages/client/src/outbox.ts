import { queue, refused, type SendResult, type Waiting } from "./send-result.ts";

/** Holds what is to be sent until someone listens, and never sends what nobody acts on. */
export class Outbox {
  /** The server has shown that it listens. */
  listening = false;
  readonly #waiting: Waiting[];
  readonly #transmit: (text: string) => boolean;
  /** Types the server acts on; unknown when it only answered a heartbeat. */
  #capabilities: readonly string[] | undefined;

  constructor(waiting: Waiting[], transmit: (text: string) => boolean) {
    this.#waiting = waiting;
    this.#transmit = transmit;
  }

  /** The server listens: sends what waited, and returns the types that it does not act on. */
  open(capabilities: readonly string[] | undefined = this.#capabilities): string[] {
    this.#capabilities = capabilities;
    this.listening = true;
    return this.#waiting
      .splice(0)
      .filter(({ type, text }) => this.send(type, text).status === "refused")
      .map(({ type }) => type);
  }

  /** Nobody listens any more; what waits, waits for the next. */
  shut(): void {
    this.listening = false;
    this.#capabilities = undefined;
  }

  send(type: string, text: string): SendResult {
    if (this.#capabilities && !this.#capabilities.includes(type)) {
      return refused(`The server does not act on "${type}"`);
    }
    if (this.listening && this.#transmit(text)) return { status: "sent" };
    return queue(this.#waiting, type, text);
  }
}
