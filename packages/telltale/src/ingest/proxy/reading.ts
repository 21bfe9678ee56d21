import type { RequestFailure, TokenUsage } from "../../event.ts";

export interface InputTokens {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** What has been read of an answer so far; the readers of each dialect fill it in. */
export interface Reading {
  model: string | null;
  responseId: string | null;
  finishReason: string | null;
  /** As the upstream reported them; each report replaces the last one, since all are cumulative. */
  input: InputTokens | null;
  output: number | null;
  reasoning: number;
  /** US dollars, where the upstream says so. */
  cost: number | null;
  /** The tier that it was served in, such as `flex`. */
  serviceTier: string | null;
  failure: RequestFailure | null;
  /** Events or bodies that were understood. */
  events: number;
  /** The answer said that it is complete. */
  ended: boolean;
  /** Pieces of text, reasoning or tool arguments, and their length in bytes of UTF-8. */
  deltas: number;
  deltaBytes: number;
}

export function emptyReading(): Reading {
  return {
    model: null,
    responseId: null,
    finishReason: null,
    input: null,
    output: null,
    reasoning: 0,
    cost: null,
    serviceTier: null,
    failure: null,
    events: 0,
    ended: false,
    deltas: 0,
    deltaBytes: 0,
  };
}

export function addDelta(reading: Reading, text: unknown): void {
  if (typeof text !== "string" || text === "") return;
  reading.deltas++;
  reading.deltaBytes += Buffer.byteLength(text);
}

/** Usage as reported; null while a part of it is missing. */
export function reportedUsage(reading: Reading): TokenUsage | null {
  if (reading.input === null || reading.output === null) return null;
  return { ...reading.input, output: reading.output, reasoning: reading.reasoning };
}

/** The best that can be said before the usage is reported, or when it never will be. */
export function estimatedUsage(reading: Reading, promptTokens: number): TokenUsage {
  const input = reading.input ?? { input: promptTokens, cacheRead: 0, cacheWrite: 0 };
  const output = reading.output ?? outputTokens(reading);
  return { ...input, output, reasoning: Math.min(reading.reasoning, output) };
}

/**
 * Estimate of the tokens in `bytes` of UTF-8 text: a quarter. English has about four letters to a
 * token; Chinese and Japanese have three bytes to a character and about 0.75 tokens.
 */
export function tokensIn(bytes: number): number {
  return Math.ceil(bytes / 4);
}

/** Each delta has at least one token, and providers that send several at once show in the length. */
function outputTokens(reading: Reading): number {
  return Math.max(reading.deltas, tokensIn(reading.deltaBytes));
}
