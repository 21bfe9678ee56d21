import { figure, text } from "./attributes.ts";
import { milliseconds, type Span } from "./span.ts";

const inSeconds = [
  "gen_ai.response.time_to_first_chunk",
  "gen_ai.client.operation.time_to_first_chunk",
  "lk.response.ttft",
];
const inMilliseconds = ["ai.response.msToFirstChunk", "ai.stream.msToFirstChunk"];
const olderInSeconds = ["gen_ai.server.time_to_first_token", "gen_ai.server.ttft"];
const firstChunkEvents = [
  "First Token Stream Event",
  "ai.stream.firstChunk",
  "gen_ai.content.completion.chunk",
];

function sinceStart(span: Span, unixMs: number): number | undefined {
  const elapsed = unixMs - Number(span.start) / 1e6;
  return elapsed >= 0 ? elapsed : undefined;
}

/** Langfuse's SDK writes a time, in some versions as JSON, that is, with quotes around it. */
function fromCompletionStart(span: Span): number | undefined {
  const time = text(span.attributes, ["langfuse.observation.completion_start_time"]);
  if (time === undefined) return undefined;
  const unixMs = Date.parse(time.replaceAll('"', ""));
  return Number.isNaN(unixMs) ? undefined : sinceStart(span, unixMs);
}

function fromEvents(span: Span): number | undefined {
  for (const name of firstChunkEvents) {
    const event = span.events.find((candidate) => candidate.name === name);
    const elapsed = event === undefined ? undefined : milliseconds(span.start, event.time);
    if (elapsed !== undefined) return elapsed;
  }
  return undefined;
}

function seconds(span: Span, names: readonly string[]): number | undefined {
  const value = figure(span.attributes, names);
  return value === undefined ? undefined : value * 1_000;
}

/** ms from the start to the first token, from whichever source tells it; undefined when none does. */
export function firstTokenOf(span: Span): number | undefined {
  return (
    seconds(span, inSeconds) ??
    figure(span.attributes, inMilliseconds) ??
    fromCompletionStart(span) ??
    fromEvents(span) ??
    seconds(span, olderInSeconds)
  );
}
