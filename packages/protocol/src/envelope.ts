import { type Infer, number, object, optional, string, unknown } from "./schema.ts";

/** What every frame carries, whichever transport brought it. */
export const envelope = object({
  type: string,
  /** When the sender wrote it, Unix ms. */
  timestamp: number,
  /** Contiguous within one channel of one connection. */
  sequence: optional(number),
  data: unknown,
  metadata: optional(unknown),
});

/** An envelope whose payload was not looked at. */
export type AnyEnvelope = Infer<typeof envelope>;

/** An envelope whose payload is known. */
export interface Envelope<Type extends string = string, Data = unknown> {
  type: Type;
  timestamp: number;
  sequence?: number | undefined;
  data: Data;
  metadata?: unknown;
}
