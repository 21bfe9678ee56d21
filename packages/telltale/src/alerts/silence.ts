import { z } from "zod";
import type { Alert } from "./alert.ts";
import { severitySchema } from "./rule.ts";

const time = z
  .union([z.number(), z.iso.datetime({ offset: true })], {
    error: "expected Unix time in ms or an RFC 3339 time such as 2026-01-31T12:00:00Z",
  })
  .transform((given) => (typeof given === "number" ? given : Date.parse(given)));

/** Whom a silence is for: all that is given must fit. */
const matchersSchema = z
  .strictObject({
    /** The id of a rule. */
    rule: z.string().min(1).max(64).optional(),
    model: z.string().min(1).max(256).optional(),
    severity: severitySchema.optional(),
    labels: z.record(z.string().min(1).max(64), z.string().max(256)).optional(),
  })
  .refine((matchers) => Object.keys(matchers).length > 0, {
    error:
      "expected at least one of rule, model, severity, labels: a silence for everything hides too much",
  });

/** A time in which alerts are shown but nobody is told of them. */
export const silenceInputSchema = z
  .strictObject({
    matchers: matchersSchema,
    starts_at: time.optional(),
    ends_at: time,
    comment: z.string().trim().min(1, { error: "say why" }).max(2000),
  })
  .refine(({ starts_at, ends_at }) => starts_at === undefined || starts_at < ends_at, {
    error: "expected a time after starts_at",
    path: ["ends_at"],
  });

export const silenceSchema = z.object({
  id: z.string(),
  matchers: matchersSchema,
  /** Unix ms. */
  starts_at: z.number(),
  ends_at: z.number(),
  comment: z.string(),
  created_at: z.number(),
});

export type SilenceInput = z.output<typeof silenceInputSchema>;
export type Silence = z.output<typeof silenceSchema>;

export function isSilenced(alert: Alert, silences: readonly Silence[], now: number): boolean {
  return silences.some(
    ({ starts_at, ends_at, matchers }) =>
      starts_at <= now && now < ends_at && matches(matchers, alert),
  );
}

function matches(
  { rule, model, severity, labels = {} }: Silence["matchers"],
  alert: Alert,
): boolean {
  return (
    (rule === undefined || rule === alert.rule_id) &&
    (model === undefined || model === alert.model) &&
    (severity === undefined || severity === alert.severity) &&
    Object.entries(labels).every(([name, value]) => alert.labels[name] === value)
  );
}
