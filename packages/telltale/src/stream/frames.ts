import type { DownMessages, DownType, Envelope } from "@telltale/protocol";

/** A message that is still to get its sequence number. */
export type Outgoing = {
  [T in DownType]: { readonly type: T; readonly data: DownMessages[T] };
}[DownType];

export interface Numbering {
  /** Unix ms. */
  readonly timestamp: number;
  /** Sequence of the first message; absent for messages outside the count. */
  readonly first?: number;
  /** Where a reader stands once it has all of them. */
  readonly position?: string;
}

/**
 * What one flush sends on one channel, encoded once for all who listen, in the form each transport
 * and client takes.
 */
export class Frames {
  readonly count: number;
  readonly bytes: number;
  readonly position: string | undefined;
  /** One JSON envelope each. */
  readonly #texts: readonly string[];
  #single: Buffer[] | undefined;
  #array: Buffer | undefined;
  #events: Buffer | undefined;

  constructor(messages: readonly Outgoing[], { timestamp, first, position }: Numbering) {
    const last = messages.length - 1;
    this.position = position;
    this.#texts = messages.map((message, index) => {
      const envelope: Envelope = { type: message.type, timestamp, data: message.data };
      if (first !== undefined) envelope.sequence = first + index;
      if (position !== undefined && index === last) envelope.metadata = { position };
      return JSON.stringify(envelope);
    });
    this.count = messages.length;
    this.bytes = this.#texts.reduce((sum, text) => sum + text.length, 0);
  }

  /** A frame per envelope. */
  single(): readonly Buffer[] {
    this.#single ??= this.#texts.map((text) => Buffer.from(text));
    return this.#single;
  }

  /** All of them as one JSON array. */
  array(): Buffer {
    this.#array ??= Buffer.from(`[${this.#texts.join(",")}]`);
    return this.#array;
  }

  /** As server-sent events; the last one's id is the position, so that `Last-Event-ID` resumes. */
  events(): Buffer {
    if (this.#events === undefined) {
      const last = this.#texts.length - 1;
      const lines = this.#texts.map((text, index) =>
        index === last && this.position !== undefined
          ? `id: ${this.position}\ndata: ${text}\n\n`
          : `data: ${text}\n\n`,
      );
      this.#events = Buffer.from(lines.join(""));
    }
    return this.#events;
  }
}
