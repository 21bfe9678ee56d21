import { z } from "zod";
import { severitySchema } from "./rule.ts";

const acknowledgement = z.object({
  /** Unix ms. */
  at: z.number(),
  note: z.string().max(2000),
});

/** What an alert keeps of its rule and its subject, so that it can be told of when both are gone. */
const facts = {
  /** Names one episode: from pending to resolved, across restarts. */
  id: z.string(),
  rule_id: z.string(),
  subject: z.string(),
  name: z.string(),
  kind: z.string(),
  severity: severitySchema,
  labels: z.record(z.string(), z.string()),
  channels: z.array(z.string()).optional(),
  metric: z.string().optional(),
  about: z.string().optional(),
  model: z.string().optional(),
  value: z.number().optional(),
  threshold: z.number().optional(),
  message: z.string(),
  /** When the condition began to hold, Unix ms. */
  started_at: z.number(),
  silenced: z.boolean(),
};

const pendingSchema = z.object({ ...facts, state: z.literal("pending") });

const firingSchema = z.object({
  ...facts,
  state: z.literal("firing"),
  fired_at: z.number(),
  /** Since when the condition is over, Unix ms; null while it holds. */
  clear_since: z.number().nullable(),
  /** Whether channels have been told that it fires. */
  told: z.boolean(),
  acknowledged: acknowledgement.nullable(),
});

const resolvedSchema = z.object({
  ...facts,
  state: z.literal("resolved"),
  fired_at: z.number(),
  resolved_at: z.number(),
  /** Whether channels are still to be told that it is over. */
  owed: z.boolean(),
  acknowledged: acknowledgement.nullable(),
});

/** One episode of one rule and subject. */
export const alertSchema = z.discriminatedUnion("state", [
  pendingSchema,
  firingSchema,
  resolvedSchema,
]);

export type Alert = z.output<typeof alertSchema>;
export type PendingAlert = Extract<Alert, { state: "pending" }>;
export type FiringAlert = Extract<Alert, { state: "firing" }>;
export type ResolvedAlert = Extract<Alert, { state: "resolved" }>;
export type ActiveAlert = PendingAlert | FiringAlert;

/** When it entered the state it is in, Unix ms. */
export function changedAt(alert: Alert): number {
  switch (alert.state) {
    case "pending":
      return alert.started_at;
    case "firing":
      return alert.fired_at;
    case "resolved":
      return alert.resolved_at;
  }
}
