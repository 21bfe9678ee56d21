import type { ActiveAlert, Alert, FiringAlert, ResolvedAlert } from "./alert.ts";
import type { AlertState } from "./evaluate.ts";
import { isSilenced, type Silence } from "./silence.ts";

export interface Review {
  readonly state: AlertState;
  /** Alerts that became silenced, or are so no longer. */
  readonly changed: readonly Alert[];
  /** What channels are to be told now. */
  readonly notify: readonly (FiringAlert | ResolvedAlert)[];
}

/**
 * Who is to be told of what. Nobody is told of a silenced alert; when the silence ends and it still
 * fires, they are told then. The end is told to those who were told of the beginning.
 */
export function review(before: AlertState, silences: readonly Silence[], now: number): Review {
  const changed: Alert[] = [];
  const notify: (FiringAlert | ResolvedAlert)[] = [];
  let active: Map<string, ActiveAlert> | undefined;
  for (const [key, alert] of before.active) {
    const silenced = isSilenced(alert, silences, now);
    const due = alert.state === "firing" && !alert.told && !silenced;
    if (silenced === alert.silenced && !due) continue;
    const next = { ...alert, silenced, ...(due ? { told: true } : {}) };
    active ??= new Map(before.active);
    active.set(key, next);
    if (silenced !== alert.silenced) changed.push(next);
    if (due && next.state === "firing") notify.push(next);
  }
  let ended = false;
  const resolved = before.resolved.map((alert) => {
    if (!alert.owed || isSilenced(alert, silences, now)) return alert;
    ended = true;
    const next = { ...alert, owed: false };
    notify.push(next);
    return next;
  });
  if (active === undefined && !ended) return { state: before, changed, notify };
  return {
    state: {
      ...before,
      active: active ?? before.active,
      resolved: ended ? resolved : before.resolved,
    },
    changed,
    notify,
  };
}
