import type { Alerts } from "../alerts/alerts.ts";
import { family, type Sample } from "./exposition-text.ts";

/** Alerts and the messages about them, as Prometheus has it. */
export function alertFamilies(alerts: Pick<Alerts, "counts" | "outbox">): string {
  return [
    family(
      "telltale_alerts",
      "gauge",
      "Alerts that are pending or firing",
      alerts
        .counts()
        .map(
          ({ name, severity, state, count }): Sample => [{ rule: name, severity, state }, count],
        ),
    ),
    family(
      "telltale_alert_notifications_total",
      "counter",
      "Attempts to send a message that were delivered or failed, and messages given up",
      alerts.outbox.counts.map(
        ({ channel, outcome, count }): Sample => [{ channel, outcome }, count],
      ),
    ),
  ].join("");
}
