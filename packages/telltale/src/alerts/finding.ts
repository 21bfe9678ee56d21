import type { Severity } from "@telltale/protocol";

/**
 * What a look at the figures says: the condition holds, it is over, neither (between the two
 * values of a hysteresis), or nothing is known.
 */
export type Verdict = "breach" | "between" | "clear" | "unknown";

/** What one rule finds about one thing at one time. */
export interface Finding {
  /** What it is about, unique within the rule; empty for everything. A new one is a new alert. */
  readonly subject: string;
  /** The same, to be read; the subject itself when absent. */
  readonly about?: string;
  readonly model?: string;
  readonly verdict: Verdict;
  readonly value?: number | undefined;
  readonly threshold?: number | undefined;
  /** Where it is not that of the rule. */
  readonly severity?: Severity;
  /** A sentence; made only when somebody is to read it. */
  readonly say: () => string;
}

/** What a rule finds at a time. */
export type Reader = (at: number) => readonly Finding[];
