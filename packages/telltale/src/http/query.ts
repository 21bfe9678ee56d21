import { z } from "zod";
import { ProblemError } from "./problem.ts";

/** RFC 3339 or Unix ms, as Unix ms. */
export const time = z
  .string()
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text)))
  .refine(Number.isFinite, {
    error: "expected Unix time in ms or an RFC 3339 time such as 2026-01-31T12:00:00Z",
  });

/** A duration in ms, or with a unit: `500ms`, `10s`, `5m`, `1h`, `1d`. */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)?$/, { error: "expected a duration in ms, or such as 10s, 5m, 1h, 1d" })
  .transform((text) => {
    const unit = text.replace(/^\d+/, "");
    return Number.parseInt(text, 10) * (UNITS.get(unit) ?? 1);
  });

const UNITS = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

export const integer = z
  .string()
  .regex(/^\d+$/, { error: "expected a whole number" })
  .transform(Number);

export const milliseconds = z
  .string()
  .regex(/^\d+(\.\d+)?$/, { error: "expected a number of ms" })
  .transform(Number);

/**
 * Reads the query of a request.
 *
 * @throws {ProblemError} 400 that names the parameter, what was expected, and the known names for
 *   an unknown one.
 */
export function readQuery<S extends z.ZodObject>(schema: S, query: unknown): z.output<S> {
  const parsed = schema.strict().safeParse(query);
  if (parsed.success) return parsed.data as z.output<S>;
  const issue = parsed.error.issues[0];
  if (issue?.code === "unrecognized_keys") {
    const known = Object.keys(schema.shape).join(", ");
    throw new ProblemError(
      "invalid_query",
      `${issue.keys[0]} is not a parameter of this address; known are ${known}`,
      { parameter: issue.keys[0] },
    );
  }
  const name = String(issue?.path[0] ?? "query");
  throw new ProblemError("invalid_query", `${name}: ${issue?.message ?? "is wrong"}`, {
    parameter: name,
  });
}
