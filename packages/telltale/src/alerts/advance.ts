import type { ActiveAlert, FiringAlert, PendingAlert, ResolvedAlert } from "./alert.ts";
import type { Verdict } from "./finding.ts";

/** How long a condition must hold, and be over, before it says anything. ms. */
export interface Timing {
  readonly for: number;
  readonly clear_for: number;
  readonly on_missing: "resolve" | "hold" | "fire";
}

export type Step =
  | { readonly to: "none" }
  | { readonly to: "pending"; readonly alert: PendingAlert }
  | { readonly to: "firing"; readonly alert: FiringAlert }
  | { readonly to: "same"; readonly alert: ActiveAlert }
  | { readonly to: "resolved"; readonly alert: ResolvedAlert }
  | { readonly to: "cancelled"; readonly alert: PendingAlert };

/**
 * One step of one alert, on a verdict:
 *
 * - none → pending (→ firing at once where `for` is 0) when the condition holds;
 * - pending → firing once it has held without a break for `for`, → none as soon as it does not;
 * - firing → resolved once it has been over without a break for `clear_for`; between the two values
 *   of a hysteresis it is not over.
 *
 * An alert fires once per episode: while it is firing, nothing but its end is news.
 */
export function advance(
  before: ActiveAlert | undefined,
  verdict: Verdict,
  timing: Timing,
  now: number,
  begin: () => PendingAlert,
): Step {
  const known = verdict === "unknown" ? MISSING[timing.on_missing] : verdict;
  if (before === undefined) {
    if (known !== "breach") return { to: "none" };
    const alert = begin();
    return timing.for > 0 ? { to: "pending", alert } : { to: "firing", alert: fire(alert, now) };
  }
  if (known === "hold") return { to: "same", alert: before };
  if (before.state === "pending") {
    if (known !== "breach") return { to: "cancelled", alert: before };
    return now - before.started_at >= timing.for
      ? { to: "firing", alert: fire(before, now) }
      : { to: "same", alert: before };
  }
  if (known !== "clear") {
    return {
      to: "same",
      alert: before.clear_since === null ? before : { ...before, clear_since: null },
    };
  }
  const since = before.clear_since ?? now;
  if (now - since >= timing.clear_for) return { to: "resolved", alert: resolve(before, now) };
  return {
    to: "same",
    alert: before.clear_since === null ? { ...before, clear_since: now } : before,
  };
}

const MISSING = { resolve: "clear", hold: "hold", fire: "breach" } as const;

function fire(alert: PendingAlert, now: number): FiringAlert {
  return {
    ...alert,
    state: "firing",
    fired_at: now,
    clear_since: null,
    told: false,
    acknowledged: null,
  };
}

export function resolve(alert: FiringAlert, now: number): ResolvedAlert {
  const { clear_since: _, told, ...rest } = alert;
  return { ...rest, state: "resolved", resolved_at: now, owed: told };
}
