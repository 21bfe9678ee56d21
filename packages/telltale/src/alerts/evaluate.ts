import { createHash } from "node:crypto";
import { advance, resolve, type Step } from "./advance.ts";
import { type ActiveAlert, changedAt, type PendingAlert, type ResolvedAlert } from "./alert.ts";
import type { Finding } from "./finding.ts";
import type { Rule } from "./rule.ts";

/** All alerts there are. A value: nothing in it changes, a step makes a new one. */
export interface AlertState {
  /** Pending and firing, by rule and subject. */
  readonly active: ReadonlyMap<string, ActiveAlert>;
  /** Resolved of late, newest first. */
  readonly resolved: readonly ResolvedAlert[];
  /** When it was last evaluated, Unix ms; null after a start. */
  readonly evaluatedAt: number | null;
}

export const nothing: AlertState = { active: new Map(), resolved: [], evaluatedAt: null };

/** A rule and what it finds; null while its figures have not been read yet: then nothing changes. */
export interface Judged {
  readonly rule: Rule;
  readonly findings: readonly Finding[] | null;
}

export type Transition = Exclude<Step, { to: "none" | "same" }>;

export interface Evaluation {
  readonly state: AlertState;
  readonly transitions: readonly Transition[];
}

export interface EvaluateOptions {
  /** Longest time between evaluations that counts as watching, ms. */
  readonly longestGap: number;
}

/** Alerts that one rule may have at once; with more, it is the rule that is wrong. */
export const MOST_ALERTS_PER_RULE = 500;
/** How long a resolved alert is shown, ms, and how many of them. */
const RECENT = 15 * 60_000;
const MOST_RECENT = 100;

/**
 * One step of all alerts. Pure: the same state, findings and time give the same result, live and in
 * a preview.
 *
 * After a gap in which nobody watched, a pending alert begins its wait anew and a firing one its
 * recovery: both are statements about every moment in between. A firing alert whose rule or subject is
 * gone is resolved, a pending one cancelled.
 */
export function evaluate(
  before: AlertState,
  judged: readonly Judged[],
  now: number,
  { longestGap }: EvaluateOptions,
): Evaluation {
  const watched = before.evaluatedAt !== null && now - before.evaluatedAt <= longestGap;
  const active = new Map<string, ActiveAlert>();
  const transitions: Transition[] = [];
  const seen = new Set<string>();
  const unread = new Set<string>();
  for (const { rule, findings } of judged) {
    if (findings === null) {
      unread.add(rule.id);
      continue;
    }
    let count = 0;
    for (const finding of findings) {
      const key = keyOf(rule.id, finding.subject);
      if (seen.has(key)) continue;
      seen.add(key);
      const known = before.active.get(key);
      if (known === undefined && count >= MOST_ALERTS_PER_RULE) continue;
      const step = advance(
        known && (watched ? known : afresh(known, now)),
        finding.verdict,
        rule,
        now,
        () => begin(rule, finding, key, now),
      );
      if (step.to === "none") continue;
      count++;
      const shown = step.to === "same" ? step : told(step, finding);
      if (shown.to !== "same") transitions.push(shown);
      if (shown.alert.state !== "resolved" && shown.to !== "cancelled")
        active.set(key, shown.alert);
    }
  }
  for (const [key, alert] of before.active) {
    if (seen.has(key)) continue;
    if (unread.has(alert.rule_id)) active.set(key, alert);
    else transitions.push(end(alert, now, "What it was about is no longer there"));
  }
  const resolved = transitions.flatMap((step) => (step.to === "resolved" ? [step.alert] : []));
  const recent = [...resolved.reverse(), ...before.resolved].filter(
    (alert) => now - alert.resolved_at < RECENT,
  );
  return {
    state: { active, resolved: recent.slice(0, MOST_RECENT), evaluatedAt: now },
    transitions,
  };
}

/** Ends the alerts of a rule that was removed, switched off, or is another rule now. */
export function abandon(
  before: AlertState,
  ruleId: string,
  reason: string,
  now: number,
): Evaluation {
  const active = new Map<string, ActiveAlert>();
  const transitions: Transition[] = [];
  for (const [key, alert] of before.active) {
    if (alert.rule_id === ruleId) transitions.push(end(alert, now, reason));
    else active.set(key, alert);
  }
  const resolved = transitions.flatMap((step) => (step.to === "resolved" ? [step.alert] : []));
  return {
    state: { ...before, active, resolved: [...resolved, ...before.resolved].slice(0, MOST_RECENT) },
    transitions,
  };
}

/** Everything that is or lately was, newest change first. */
export function alertsOf({ active, resolved }: AlertState): (ActiveAlert | ResolvedAlert)[] {
  return [...active.values(), ...resolved].sort((a, b) => changedAt(b) - changedAt(a));
}

/** What was measured of each alert, by its key in the state; nothing where it is not known. */
export function valuesOf(judged: readonly Judged[]): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const { rule, findings } of judged) {
    for (const { subject, value } of findings ?? []) {
      if (value !== undefined) values.set(keyOf(rule.id, subject), value);
    }
  }
  return values;
}

function keyOf(ruleId: string, subject: string): string {
  return `${ruleId} ${subject}`;
}

function end(alert: ActiveAlert, now: number, message: string): Transition {
  return alert.state === "firing"
    ? { to: "resolved", alert: { ...resolve(alert, now), value: undefined, message } }
    : { to: "cancelled", alert: { ...alert, value: undefined, message } };
}

function afresh(alert: ActiveAlert, now: number): ActiveAlert {
  return alert.state === "pending"
    ? { ...alert, started_at: now }
    : { ...alert, clear_since: null };
}

/** The step with what was found at it. */
function told<T extends Transition>(step: T, { value, threshold, say }: Finding): T {
  return {
    ...step,
    alert: {
      ...step.alert,
      // What was measured before says nothing about a state that was entered since.
      value,
      ...(threshold === undefined ? {} : { threshold }),
      message: say(),
    },
  };
}

function begin(rule: Rule, finding: Finding, key: string, now: number): PendingAlert {
  const about = finding.about ?? finding.subject;
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return {
    state: "pending",
    id: `${rule.id}-${hash}-${now.toString(36)}`,
    rule_id: rule.id,
    subject: finding.subject,
    name: rule.name,
    kind: rule.kind,
    severity: finding.severity ?? rule.severity,
    labels: rule.labels,
    ...(rule.channels ? { channels: rule.channels } : {}),
    ...("metric" in rule ? { metric: rule.metric } : {}),
    ...(about === "" ? {} : { about }),
    ...(finding.model === undefined ? {} : { model: finding.model }),
    message: "",
    started_at: now,
    silenced: false,
  };
}
