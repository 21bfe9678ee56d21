import type { DownMessages, DownType, Envelope } from "@telltale/protocol";

/** A message that is still to get its sequence number. */
export type Outgoing = {
  [T in DownType]: { readonly type: T; readonly data: DownMessages[T] };
}[DownType];

/** What one flush sends on one channel, encoded once for all who listen. */
export interface Frames {
  readonly count: number;
  readonly bytes: number;
  /** One envelope each. */
  readonly single: readonly Buffer[];
  /** All of them as one JSON array, for clients that said they take it. */
  batch(): Buffer;
}

/** Encodes messages in order, numbering them from `firstSequence` where one is given. */
export function encode(
  messages: readonly Outgoing[],
  timestamp: number,
  firstSequence?: number,
): Frames {
  const texts = messages.map((message, index) => {
    const envelope: Envelope = { type: message.type, timestamp, data: message.data };
    if (firstSequence !== undefined) envelope.sequence = firstSequence + index;
    return JSON.stringify(envelope);
  });
  const single = texts.map((text) => Buffer.from(text));
  let joined: Buffer | undefined;
  return {
    count: messages.length,
    bytes: single.reduce((sum, frame) => sum + frame.length, 0),
    single,
    batch: () => {
      joined ??= Buffer.from(`[${texts.join(",")}]`);
      return joined;
    },
  };
}
