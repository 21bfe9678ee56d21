import { parseQuery, type Query } from "@telltale/protocol/query";
import { z } from "zod";
import { ProblemError } from "./problem.ts";

/** RFC 3339 or Unix ms, as Unix ms. */
export const time = z
  .string()
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text)))
  .refine(Number.isFinite, {
    error: "expected Unix time in ms or an RFC 3339 time such as 2026-01-31T12:00:00Z",
  })
  .describe("Unix ms or RFC 3339");

/** A duration in ms, or with a unit: `500ms`, `10s`, `5m`, `1h`, `1d`. */
export const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)?$/, { error: "expected a duration in ms, or such as 10s, 5m, 1h, 1d" })
  .transform((text) => {
    const unit = text.replace(/^\d+/, "");
    return Number.parseInt(text, 10) * (UNITS.get(unit) ?? 1);
  })
  .describe("ms, or such as 10s, 5m, 1h, 1d");

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
  .transform(Number)
  .describe("ms");

/** `true` or `false`. */
export const yes = z.enum(["true", "false"]).transform((text) => text === "true");

/** The query language of docs/query.md. */
export const queryText = z
  .string()
  .transform((text, context): Query => {
    const { query, error } = parseQuery(text);
    if (query) return query;
    const { message, ...params } = error;
    context.addIssue({ code: "custom", message: `column ${error.column}: ${message}`, params });
    return z.NEVER;
  })
  .describe("query such as `model:gpt-4o status:error latency>2s`; see docs/query.md");

/** Names separated by commas. */
export function listOf<T extends string>(known: readonly [T, ...T[]]): z.ZodType<T[], string> {
  const one = z.enum(known);
  return z
    .string()
    .transform((text, context): T[] =>
      text.split(",").flatMap((name) => {
        const parsed = one.safeParse(name.trim());
        if (parsed.success) return [parsed.data];
        context.addIssue({ code: "custom", message: `expected some of ${known.join(", ")}` });
        return [];
      }),
    )
    .describe(`some of ${known.join(", ")}, separated by commas`);
}

/** Which finished requests, by when they ended. */
export const scopeShape = {
  q: queryText.optional(),
  from: time.optional(),
  to: time.optional(),
};

/** ms. */
export const DEFAULT_RANGE = 3_600_000;

/** @throws {ProblemError} when the range is none. */
export function rangeOf(
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
  now: number,
  otherwise: number = DEFAULT_RANGE,
): { from: number; to: number } {
  const end = to ?? now;
  const begin = from ?? end - otherwise;
  if (begin >= end) {
    throw new ProblemError("invalid_query", "from: must lie before to", { parameter: "from" });
  }
  return { from: begin, to: end };
}

const MAX_POINTS = 11_000;

/** @throws {ProblemError} when the step gives too many points. */
export function stepOf(step: number | undefined, from: number, to: number, points = 300): number {
  const chosen = step ?? Math.max(1000, Math.ceil((to - from) / points / 1000) * 1000);
  if (chosen >= 1000 && (to - from) / chosen <= MAX_POINTS) return chosen;
  throw new ProblemError(
    "invalid_query",
    `step: must be at least 1s and give at most ${MAX_POINTS} points; ${Math.ceil((to - from) / MAX_POINTS / 1000)}s or more does here`,
    { parameter: "step" },
  );
}

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
    ...(issue?.code === "custom" ? issue.params : undefined),
  });
}
