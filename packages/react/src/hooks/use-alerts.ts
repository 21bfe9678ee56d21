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

/** The alerts of the server. */
export function useAlerts(): Alerts {
  const alerts = useTelltaleState((state) => state.alerts);
  const firing = useTelltaleState((state) =>
    state.alerts.filter((alert) => alert.state === "firing"),
  );
  return { alerts, firing };
}
