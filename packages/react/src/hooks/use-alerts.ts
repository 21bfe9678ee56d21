"use client";

import type { AlertUpdate } from "@telltale/client";
import { useTelltaleState } from "./use-telltale-state.ts";

/** What `useAlerts` returns. */
export interface Alerts {
  /** Newest first, one per id. */
  alerts: readonly AlertUpdate[];
  /** Those in state `firing`. */
  firing: readonly AlertUpdate[];
}

function isFiring(alert: AlertUpdate): boolean {
  return alert.state === "firing";
}

/** The alerts of the server. */
export function useAlerts(): Alerts {
  const alerts = useTelltaleState((state) => state.alerts);
  const firing = useTelltaleState((state) => state.alerts.filter(isFiring));
  return { alerts, firing };
}
