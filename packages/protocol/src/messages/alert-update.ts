import { boolean, type Infer, number, object, oneOf, optional, record, string } from "../schema.ts";
import { severity } from "./error-update.ts";

/**
 * One alert, keyed by `id`; a later update of the same id replaces the earlier one. An id names one
 * episode: from `pending` (the condition holds, not yet for long enough) to `resolved`.
 */
export const alertUpdate = object({
  id: string,
  name: string,
  /** `resolved` without `fired_at`: it was pending and did not last; nobody need be told. */
  state: oneOf("pending", "firing", "resolved"),
  severity,
  message: string,
  /** When it entered this state, Unix ms. */
  timestamp: number,
  metric: optional(string),
  /** What was measured when it entered this state. */
  value: optional(number),
  /** What was measured last; in an answer to a question and in `init`, where it is known. */
  current_value: optional(number),
  threshold: optional(number),
  model: optional(string),
  rule_id: optional(string),
  /** What kind of rule: `threshold`, `no_data`, `burn_rate`, `budget`, `anomaly`. */
  kind: optional(string),
  /** What it is about: a model, endpoint, GPU, engine, user, ...; absent: the service as a whole. */
  subject: optional(string),
  labels: optional(record(string)),
  /** When the condition began to hold, Unix ms. */
  started_at: optional(number),
  /** When it fired, Unix ms. */
  fired_at: optional(number),
  /** When it was over, Unix ms. */
  resolved_at: optional(number),
  /** Channels are not told of it. */
  silenced: optional(boolean),
  /** When somebody took it on, Unix ms. */
  acknowledged_at: optional(number),
  acknowledged_note: optional(string),
});

/** The payload of `alert_update`: one alert as it stands, keyed by `id`. */
export type AlertUpdate = Infer<typeof alertUpdate>;
