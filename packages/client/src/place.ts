import type { AnyEnvelope, DownEnvelope } from "@telltale/protocol";
import { same } from "./same.ts";

/** A server that counts positions and never tells them must not fill the memory. */
const LONGEST_FLUSH = 1_000;

/** Where this reader stands in the stream, once the server has shown that it counts positions. */
export class Place {
  /** Presented to go on from; undefined while there is nothing to go on from. */
  position: string | undefined;
  #known = false;
  /** Messages after the position: the beginning of a flush whose end has not come. */
  #begun: AnyEnvelope[] = [];
  /** What a resume brings once more, because the connection ended within a flush. */
  #repeats: AnyEnvelope[] = [];

  /** Nothing of what follows the position was read yet. */
  get whole(): boolean {
    return this.#begun.length === 0;
  }

  /** Takes note of a message; false when it has been delivered before. */
  take(message: AnyEnvelope): boolean {
    // The inbox has held the payload against the schema of its type.
    const { type, data, metadata } = message as DownEnvelope;
    let position = (metadata as { position?: unknown } | null | undefined)?.position;
    if (type === "init") {
      this.#known = true;
      this.#repeats = [];
      position ??= data.position;
    }
    if (!this.#known) return true;
    const repeat = this.#repeats.findIndex((one) => one.type === type && same(one.data, data));
    this.#repeats.splice(repeat, repeat < 0 ? 0 : 1);
    if (typeof position === "string") {
      this.position = position;
      this.#begun = [];
    } else if (this.#begun.push(message) > LONGEST_FLUSH) this.#begun.shift();
    return repeat < 0;
  }

  /** The connection ended. */
  cut(): void {
    this.#repeats.push(...this.#begun);
    this.#begun = [];
  }

  /** What is wanted is the state as it stands, not what follows; until the next `init`. */
  forget(): void {
    this.position = undefined;
    this.#known = false;
    this.#begun = [];
    this.#repeats = [];
  }
}
