import type { CumulativeHistogram } from "../../engine-sample.ts";
import { type HistogramParts, histogramOf } from "./histogram.ts";
import type { Exposition, Sample } from "./text.ts";

/** The blank of a 64-bit counter, 9223372036854775794 and its neighbours, is "not supported". */
const SENTINEL = 9.2e18;

/** A sample whose page states that it was taken so long ago says nothing about now, ms. */
const OLDEST = 300_000;

/** The samples of one or more series of one page, found by name. */
export class Page {
  readonly #byName: ReadonlyMap<string, readonly Sample[]>;

  private constructor(byName: ReadonlyMap<string, readonly Sample[]>) {
    this.#byName = byName;
  }

  /**
   * @param now Unix ms; samples that state a time far before it are left out
   */
  static of(exposition: Exposition, now: number): Page {
    const byName = new Map<string, Sample[]>();
    for (const sample of exposition.samples) {
      if (sample.timestamp !== undefined && sample.timestamp < now - OLDEST) continue;
      const list = byName.get(sample.name);
      if (list === undefined) byName.set(sample.name, [sample]);
      else list.push(sample);
    }
    return new Page(byName);
  }

  /** The same page with only the names that match, under the name that the first group of `pattern` holds. */
  under(pattern: RegExp): Page {
    const byName = new Map<string, readonly Sample[]>();
    for (const [name, samples] of this.#byName) {
      const stem = pattern.exec(name)?.[1];
      if (stem !== undefined && !byName.has(stem)) byName.set(stem, samples);
    }
    return new Page(byName);
  }

  /** The same page with only these names. */
  pick(...names: readonly string[]): Page {
    const byName = new Map<string, readonly Sample[]>();
    for (const name of names) {
      const samples = this.#byName.get(name);
      if (samples !== undefined) byName.set(name, samples);
    }
    return new Page(byName);
  }

  /** The same page with no other samples than those that pass. */
  where(passes: (labels: ReadonlyMap<string, string>) => boolean): Page {
    const byName = new Map<string, readonly Sample[]>();
    for (const [name, samples] of this.#byName) {
      const left = samples.filter(({ labels }) => passes(labels));
      if (left.length > 0) byName.set(name, left);
    }
    return new Page(byName);
  }

  get isEmpty(): boolean {
    return this.#byName.size === 0;
  }

  has(...names: readonly string[]): boolean {
    return names.some((name) => this.#byName.has(name));
  }

  /** Samples of the first of `names` that exists here, without what is no figure. */
  samples(...names: readonly string[]): readonly Sample[] {
    for (const name of names) {
      const found = this.#byName.get(name)?.filter(isFigure);
      if (found !== undefined && found.length > 0) return found;
    }
    return [];
  }

  /** All series of the first of `names` that exists, added up. */
  sum(...names: readonly string[]): number | null {
    const found = this.samples(...names);
    return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
  }

  /** A counter, with or without the `_total` that newer clients add. */
  count(...names: readonly string[]): number | null {
    return this.sum(...names.flatMap((name) => [`${name}_total`, name]));
  }

  /** A share 0..1: the mean of all series of the first of `names` that exists. */
  share(...names: readonly string[]): number | null {
    for (const name of names) {
      const found = this.samples(name).filter(({ value }) => value <= 1.001);
      if (found.length > 0) {
        return Math.min(1, found.reduce((sum, { value }) => sum + value, 0) / found.length);
      }
    }
    return null;
  }

  /** @param unit what a bound is multiplied by to make seconds */
  histogram(names: readonly string[], unit = 1): CumulativeHistogram | null {
    for (const name of names) {
      const parts: HistogramParts = {
        buckets: this.#byName.get(`${name}_bucket`) ?? [],
        sums: this.#byName.get(`${name}_sum`) ?? [],
      };
      const found = histogramOf(parts, unit);
      if (found !== null) return found;
    }
    return null;
  }

  /** Pages with one value each for the `names` of labels, by those values. */
  by(names: readonly string[]): Map<string, Page> {
    const groups = new Map<string, Map<string, Sample[]>>();
    for (const [name, samples] of this.#byName) {
      for (const sample of samples) {
        const key = JSON.stringify(names.map((label) => sample.labels.get(label) ?? ""));
        let group = groups.get(key);
        if (group === undefined) {
          group = new Map();
          groups.set(key, group);
        }
        const list = group.get(name);
        if (list === undefined) group.set(name, [sample]);
        else list.push(sample);
      }
    }
    return new Map(Array.from(groups, ([key, group]) => [key, new Page(group)]));
  }

  /** The first value that any sample has for one of the labels. */
  label(...names: readonly string[]): string | null {
    for (const samples of this.#byName.values()) {
      for (const { labels } of samples) {
        for (const name of names) {
          const value = labels.get(name);
          if (value) return value;
        }
      }
    }
    return null;
  }
}

/** No figure here is below zero: engines write -1 for "not yet" and "no limit". */
function isFigure({ value }: Sample): boolean {
  return Number.isFinite(value) && value >= 0 && value < SENTINEL;
}
