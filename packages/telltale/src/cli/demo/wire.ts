import type { Answer } from "./answer.ts";
import type { Quota } from "./quota.ts";
import type { Mishap } from "./weather.ts";

export interface Failure {
  readonly status: number;
  readonly body: unknown;
}

/** What the caller asked for that changes the form of the answer. */
export interface Asked {
  readonly id: string;
  readonly model: string;
  /** `stream_options.include_usage`. */
  readonly includeUsage: boolean;
  /** Unix ms. */
  readonly now: number;
}

/** How a provider puts things on the wire. */
export interface Wire {
  /** Path of the one operation it has. */
  readonly path: string;
  headers(quota: Quota, id: string, now: number): Record<string, string>;
  failure(mishap: Exclude<Mishap, null>): Failure;
  whole(answer: Answer, asked: Asked): unknown;
  /** Server-sent events before the text, around each piece of it, and after it. */
  opening(answer: Answer, asked: Asked): string[];
  piece(text: string, asked: Asked): string;
  closing(answer: Answer, asked: Asked): string[];
}
