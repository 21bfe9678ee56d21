import { isFinished, type RequestEvent } from "../event.ts";

/** What OpenTelemetry advises for durations of operations, s (semantic conventions, `gen_ai.client.operation.duration`). */
export const DURATION_BOUNDS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
] as const;

/** And for the time to the first token, s (`gen_ai.server.time_to_first_token`). */
export const FIRST_TOKEN_BOUNDS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const;

/** Names beyond these many are counted together, under a name that stands for them. */
const MOST_MODELS = 200;
const MOST_TYPES = 50;
export const OTHER = "other";

/** Observations since the server started; `counts[i]` are at most `bounds[i]`, the last are above. */
export interface CountedHistogram {
  readonly bounds: readonly number[];
  readonly counts: number[];
  sum: number;
}

/** What of finished requests is counted for Prometheus alone. Begins with the process, as counters may. */
export class RequestCounters {
  readonly durations = new Map<string, CountedHistogram>();
  readonly firstTokens = new Map<string, CountedHistogram>();
  readonly errors = new Map<string, number>();
  /** Finished requests by the door they came in by. */
  readonly doors = new Map<string, number>();

  request(event: RequestEvent): void {
    if (!isFinished(event)) return;
    count(this.doors, event.source, MOST_TYPES);
    if (event.status === "error") count(this.errors, event.failure?.type ?? "unknown", MOST_TYPES);
    if (event.latencyMs !== null) {
      observe(this.durations, event.model, DURATION_BOUNDS, event.latencyMs / 1000);
    }
    if (event.ttftMs !== null) {
      observe(this.firstTokens, event.model, FIRST_TOKEN_BOUNDS, event.ttftMs / 1000);
    }
  }

  error(): void {}

  rateLimit(): void {}
}

function placeOf(known: ReadonlyMap<string, unknown>, name: string, most: number): string {
  return known.has(name) || known.size < most ? name : OTHER;
}

function count(counts: Map<string, number>, name: string, most: number): void {
  const place = placeOf(counts, name.slice(0, 100), most);
  counts.set(place, (counts.get(place) ?? 0) + 1);
}

function observe(
  histograms: Map<string, CountedHistogram>,
  name: string,
  bounds: readonly number[],
  seconds: number,
): void {
  const place = placeOf(histograms, name, MOST_MODELS);
  let histogram = histograms.get(place);
  if (histogram === undefined) {
    histogram = { bounds, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 };
    histograms.set(place, histogram);
  }
  let i = 0;
  while (i < bounds.length && seconds > (bounds[i] ?? 0)) i++;
  histogram.counts[i] = (histogram.counts[i] ?? 0) + 1;
  histogram.sum += seconds;
}
