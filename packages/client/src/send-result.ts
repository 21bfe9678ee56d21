import type { UpMessages, UpType } from "@telltale/protocol";

/** What became of a message. */
export type SendResult =
  | { readonly status: "sent" }
  /** Kept until the server has shown that it listens. */
  | { readonly status: "queued" }
  | { readonly status: "refused"; readonly reason: string };

/** Sends a message; known types have typed data. */
export interface Send {
  <T extends UpType>(type: T, data: UpMessages[T]): SendResult;
  (type: string, data?: unknown): SendResult;
}

/** A message that waits for somebody who listens. */
export interface Waiting {
  readonly type: string;
  readonly text: string;
}

/** Messages kept while nobody listens. */
const MOST = 100;

/** Tells why a message was not taken. */
export function refused(reason: string): SendResult {
  return { status: "refused", reason };
}

/** Lets a message wait with the others. */
export function queue(waiting: Waiting[], type: string, text: string): SendResult {
  if (waiting.length >= MOST) return refused(`${MOST} messages are waiting already`);
  waiting.push({ type, text });
  return { status: "queued" };
}
