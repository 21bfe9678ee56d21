import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import type { Limits } from "../access/limits.ts";
import { parseJson } from "./body.ts";
import { bodyOf } from "./intake.ts";
import { issueInWords } from "./issue-words.ts";
import { ProblemError } from "./problem.ts";

/**
 * The JSON body of a request in the form that a schema gives it.
 *
 * @throws {ProblemError} 400 that names the place and what was expected there.
 */
export async function jsonBody<S extends z.ZodType>(
  request: FastifyRequest,
  limits: Limits,
  schema: S,
): Promise<z.output<S>> {
  const text = (await bodyOf(request, limits)).toString("utf8");
  let json: unknown;
  try {
    json = parseJson(text, limits);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ProblemError("invalid_body", `The body is ${error.message}`);
  }
  return checked(schema, json);
}

/** @throws {ProblemError} as {@link jsonBody} */
export function checked<S extends z.ZodType>(schema: S, json: unknown): z.output<S> {
  const parsed = schema.safeParse(json, { error: issueInWords });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.join(".") ?? "";
  throw new ProblemError(
    "invalid_body",
    `${path === "" ? "The body" : path}: ${issue?.message ?? "is wrong"}`,
    { path },
  );
}
