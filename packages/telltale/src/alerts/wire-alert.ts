import type { AlertUpdate } from "@telltale/protocol";
import { type Alert, changedAt } from "./alert.ts";

/** An alert as it goes over the wire. */
export function toAlertUpdate(alert: Alert): AlertUpdate {
  const update: AlertUpdate = {
    id: alert.id,
    name: alert.name,
    state: alert.state,
    severity: alert.severity,
    message: alert.message,
    timestamp: changedAt(alert),
    rule_id: alert.rule_id,
    kind: alert.kind,
    started_at: alert.started_at,
    silenced: alert.silenced,
  };
  if (Object.keys(alert.labels).length > 0) update.labels = alert.labels;
  if (alert.metric !== undefined) update.metric = alert.metric;
  if (alert.value !== undefined) update.value = alert.value;
  if (alert.threshold !== undefined) update.threshold = alert.threshold;
  if (alert.model !== undefined) update.model = alert.model;
  if (alert.about !== undefined) update.subject = alert.about;
  if (alert.state === "pending") return update;
  update.fired_at = alert.fired_at;
  if (alert.state === "resolved") update.resolved_at = alert.resolved_at;
  if (alert.acknowledged) {
    update.acknowledged_at = alert.acknowledged.at;
    update.acknowledged_note = alert.acknowledged.note;
  }
  return update;
}

/** A pending alert whose condition did not last: over, without ever having fired. */
export function toCancelledUpdate(alert: Alert, now: number): AlertUpdate {
  return { ...toAlertUpdate(alert), state: "resolved", timestamp: now, resolved_at: now };
}
