import type { Finding, Reader } from "./finding.ts";
import { anomalyHistory } from "./kinds/anomaly.ts";
import { budgetHistory } from "./kinds/budget.ts";
import { burnRateHistory } from "./kinds/burn-rate.ts";
import { noDataHistory } from "./kinds/no-data.ts";
import { thresholdHistory } from "./kinds/threshold.ts";
import type { Rule } from "./rule.ts";
import type { SeriesSource } from "./series.ts";

export interface RuleHistory {
  readonly reader: Reader;
  /** Time between looks that see anything new, ms. */
  readonly step: number;
}

/**
 * What a rule finds in the history between two times; null where the history does not keep what it
 * watches.
 */
export function historyOf(
  rule: Rule,
  store: SeriesSource,
  from: number,
  to: number,
  windowMs: number,
): Promise<RuleHistory | null> {
  switch (rule.kind) {
    case "threshold":
      return thresholdHistory(rule, store, from, to, windowMs);
    case "no_data":
      return noDataHistory(rule, store, from, to);
    case "burn_rate":
      return burnRateHistory(rule, store, from, to);
    case "budget":
      return budgetHistory(rule, store, from, to);
    case "anomaly":
      return anomalyHistory(rule, store, from, to);
  }
}

/** A query of the history may take this share of the time, at most. */
const SHARE = 1 / 20;

interface Reading {
  /** The rule it was read for; an edited rule is another one. */
  readonly rule: Rule;
  readonly findings: readonly Finding[] | null;
  readonly nextAt: number;
}

export interface ReadingsOptions {
  readonly store: SeriesSource;
  readonly now: () => number;
  readonly windowMs: number;
  /** Least time between looks at the history for one rule, ms. */
  readonly interval: number;
  readonly failed: (error: unknown) => void;
}

/**
 * What the rules find that look at the history rather than at the figures of the moment. Read beside
 * the tick, one query at a time, so that no tick waits for one and the history is never kept busy.
 */
export class Readings {
  readonly #options: ReadingsOptions;
  readonly #readings = new Map<string, Reading>();
  #reading: Promise<void> | undefined;

  constructor(options: ReadingsOptions) {
    this.#options = options;
  }

  /** What was found last; null before the first look. */
  of(rule: Rule): readonly Finding[] | null {
    const reading = this.#readings.get(rule.id);
    return reading?.rule === rule ? reading.findings : null;
  }

  /** Begins to read for the rule that is most overdue, unless another is being read for. */
  refresh(rules: readonly Rule[]): void {
    if (this.#reading !== undefined) return;
    const now = this.#options.now();
    let next: Rule | undefined;
    let nextAt = now;
    for (const rule of rules) {
      const known = this.#readings.get(rule.id);
      const due = known?.rule === rule ? known.nextAt : Number.NEGATIVE_INFINITY;
      if (due <= nextAt && !(next && due === nextAt)) [next, nextAt] = [rule, due];
    }
    if (next === undefined) return;
    this.#reading = this.#read(next, now).finally(() => {
      this.#reading = undefined;
    });
    const ids = new Set(rules.map(({ id }) => id));
    for (const id of this.#readings.keys()) if (!ids.has(id)) this.#readings.delete(id);
  }

  /** Resolves when nothing is being read. */
  async settled(): Promise<void> {
    await this.#reading;
  }

  async #read(rule: Rule, now: number): Promise<void> {
    const { store, windowMs, failed, interval } = this.#options;
    let findings = this.of(rule);
    let step = 0;
    try {
      const history = await historyOf(rule, store, now, now, windowMs);
      findings = history?.reader(now) ?? [];
      // Of an anomaly nothing is new before the next step is whole.
      if (rule.kind === "anomaly" && history) step = history.step - (now % history.step);
    } catch (error) {
      failed(error);
    }
    const done = this.#options.now();
    const nextAt = done + Math.max(interval, step, (done - now) / SHARE);
    this.#readings.set(rule.id, { rule, findings, nextAt });
  }
}
