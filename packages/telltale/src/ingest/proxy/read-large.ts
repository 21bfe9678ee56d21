import type { Dialect } from "./endpoint.ts";
import type { Ends } from "./ends.ts";
import type { Reading } from "./reading.ts";
import { readAnthropicUsage, readOpenAiUsage } from "./usage.ts";

/** Reads what can be known of an event or a body that was too large to hold: its usage and its end. */
export function readLarge(reading: Reading, dialect: Dialect, ends: Ends): void {
  reading.events++;
  const usage = ends.last("usage");
  if (dialect === "messages") readAnthropicUsage(reading, usage, true);
  else readOpenAiUsage(reading, usage);
  const { head } = ends;
  // A part of an answer is too large, or the answer that a last event repeats.
  const type = /"type"\s*:\s*"response\.(completed|incomplete|failed)"/.exec(head)?.[1];
  reading.model ??= textIn(head, "model");
  reading.responseId ??= textIn(head, "id");
  if (type === undefined) return;
  reading.ended = true;
  reading.finishReason ??= type;
}

function textIn(head: string, name: string): string | null {
  return new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]{1,256})"`).exec(head)?.[1] ?? null;
}
