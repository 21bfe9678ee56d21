import type { HistoryStore, SeriesQuery } from "../history/store.ts";

/** The part of the history that rules look at. */
export type SeriesSource = Pick<HistoryStore, "series">;

/** A line of values by the start of their step, Unix ms. */
export type Line = ReadonlyMap<number, number>;

/** Whom a rule is about. */
export interface About {
  readonly model?: string | undefined;
  readonly each: boolean;
}

/**
 * The lines that a rule is about, by subject: one for the whole (named ""), for its model, or for each
 * model. The whole and a named model are there even when they have no point.
 */
export async function linesOf(
  store: SeriesSource,
  query: Omit<SeriesQuery, "groupBy">,
  { model, each }: About,
): Promise<Map<string, Line>> {
  const grouped = each || model !== undefined;
  const series = await store.series(grouped ? { ...query, groupBy: "model" } : query);
  const lines = new Map<string, Line>();
  if (!each) lines.set(model ?? "", new Map());
  for (const { group, points } of series) {
    const subject = grouped ? group : "";
    if (subject === null || (model !== undefined && subject !== model)) continue;
    lines.set(subject, new Map(points));
  }
  return lines;
}

/** The range widened to whole steps. */
export function aligned(
  from: number,
  to: number,
  step: number,
): { readonly from: number; readonly to: number } {
  return { from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step };
}

/** Sums of a line between any two times, each in one subtraction however long the time. */
export class Sums {
  /** The sum of all steps before each. */
  readonly #before: Float64Array;
  readonly #from: number;
  readonly #step: number;

  /** @param from start of the first step, a whole number of steps */
  constructor(line: Line | undefined, from: number, to: number, step: number) {
    const count = Math.max(0, Math.round((to - from) / step));
    this.#before = new Float64Array(count + 1);
    this.#from = from;
    this.#step = step;
    for (let index = 0; index < count; index++) {
      const value = line?.get(from + index * step) ?? 0;
      this.#before[index + 1] = (this.#before[index] ?? 0) + value;
    }
  }

  /** Of the steps that begin at `from` or later and before `to`. */
  between(from: number, to: number): number {
    return this.#upTo(to) - this.#upTo(from);
  }

  #upTo(at: number): number {
    const index = Math.ceil((at - this.#from) / this.#step);
    return this.#before[Math.min(this.#before.length - 1, Math.max(0, index))] ?? 0;
  }
}
