import type { AnyEnvelope, DownEnvelope } from "@telltale/protocol";
import { same } from "./same.ts";

/** A server that counts positions and never tells them must not fill the memory. */
const LONGEST_FLUSH = 1_000;

/** All that a {@link Place} knows, as plain data. */
export interface PlaceMemory {
  readonly position: string | undefined;
  readonly known: boolean;
  readonly begun: readonly AnyEnvelope[];
  readonly repeats: readonly AnyEnvelope[];
  readonly narrowing: boolean;
}

/** Where this reader stands in the stream, once the server has shown that it counts positions. */
export class Place {
  /** Presented to go on from; undefined while there is nothing to go on from. */
  position: string | undefined;
  /** The next state replaces all there is. */
  narrowing = false;
  /** Told when the place changes otherwise than by what is read. */
  moved: (() => void) | undefined;
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
    this.memory = {
      position: undefined,
      known: false,
      begun: [],
      repeats: [],
      narrowing: true,
    };
    this.moved?.();
  }

  /** Stands there, whatever was read last. */
  stand(position: string | undefined): void {
    this.position = position;
    this.moved?.();
  }

  get memory(): PlaceMemory {
    const { position, narrowing } = this;
    const [begun, repeats] = [[...this.#begun], [...this.#repeats]];
    return { position, known: this.#known, begun, repeats, narrowing };
  }

  set memory({ position, known, begun, repeats, narrowing }: PlaceMemory) {
    this.position = position;
    this.narrowing = narrowing;
    this.#known = known;
    this.#begun = [...begun];
    this.#repeats = [...repeats];
  }
}
