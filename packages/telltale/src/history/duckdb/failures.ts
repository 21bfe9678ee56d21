import type { DuckDBConnection } from "@duckdb/node-api";
import type { Severity } from "@telltale/protocol";
import { severityOf } from "../../event.ts";
import type { FailureGroup, Failures, FailuresQuery } from "../store/analysis.ts";
import { within } from "./figures.ts";
import { endColumn } from "./row.ts";
import { select } from "./select.ts";

/** What differs between two messages about the same thing, in the order it is taken out. */
const varying: readonly (readonly [pattern: string, mark: string])[] = [
  ["[a-zA-Z][a-zA-Z0-9+.-]*://[^\\s\"'<>)]+", "<url>"],
  ["[\\w.+-]+@[\\w-]+\\.[\\w.-]+", "<email>"],
  ["[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", "<id>"],
  ["\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d(:\\d\\d)?(\\.\\d+)?(Z|[+-]\\d\\d:?\\d\\d)?", "<time>"],
  ["\\b\\d{1,3}(\\.\\d{1,3}){3}(:\\d+)?\\b", "<address>"],
  [
    "\\b(req|resp|msg|chatcmpl|cmpl|call|run|org|proj|user|sk|key|asst|file|batch)[-_][\\w-]{6,}",
    "<id>",
  ],
  ["\\b0x[0-9a-fA-F]+\\b", "<hex>"],
  ["\\b[0-9a-fA-F]*(\\d[a-fA-F]|[a-fA-F]\\d)[0-9a-fA-F]{6,}\\b", "<hex>"],
  ["\\b[A-Za-z]*\\d[A-Za-z]+\\d[A-Za-z0-9]{5,}\\b", "<id>"],
  ["\\d+([.,]\\d+)*", "<n>"],
  ["\\s+", " "],
];

const normalised: string = varying.reduce(
  (text, [pattern, mark]) =>
    `regexp_replace(${text}, '${pattern.replaceAll("'", "''")}', '${mark}', 'g')`,
  "coalesce(error_message, '')",
);

const severities: readonly Severity[] = ["low", "medium", "high", "critical"];

/** The worst of what its status codes say. */
function worst(type: string, message: string, codes: readonly number[]): Severity {
  const each = (codes.length === 0 ? [null] : codes).map((code) =>
    severityOf({ type, message }, code),
  );
  return severities.findLast((severity) => each.includes(severity)) ?? "high";
}

function numbers(text: unknown): number[] {
  const parsed: unknown = JSON.parse(String(text ?? "[]"));
  return Array.isArray(parsed) ? parsed.filter((value) => typeof value === "number") : [];
}

function texts(text: unknown): string[] {
  const parsed: unknown = JSON.parse(String(text ?? "[]"));
  return Array.isArray(parsed) ? parsed.filter((value) => typeof value === "string") : [];
}

function counts(text: unknown): [string, number][] {
  const parsed: unknown = JSON.parse(String(text ?? "{}"));
  if (typeof parsed !== "object" || parsed === null) return [];
  return Object.entries(parsed).map(([key, value]) => [key, Number(value)]);
}

export async function failures(
  connection: DuckDBConnection,
  { limit, step, ...scope }: FailuresQuery,
): Promise<Failures> {
  const conditions = within(scope).add("status = 'error'", { step });
  const found = await select(
    connection,
    `SELECT coalesce(error_type, '_OTHER') AS type, provider, ${normalised} AS message,
       arg_max(coalesce(error_message, ''), seq) AS example, arg_max(id, seq) AS newest,
       count(*)::DOUBLE AS count, min(${endColumn}) AS first, max(${endColumn}) AS last,
       to_json(list(DISTINCT status_code) FILTER (status_code IS NOT NULL))::VARCHAR AS codes,
       to_json(histogram(model))::VARCHAR AS models,
       count(DISTINCT user_id)::DOUBLE AS user_count,
       to_json(approx_top_k(user_id, 5) FILTER (user_id IS NOT NULL))::VARCHAR AS users,
       to_json(histogram((floor(${endColumn} / $step) * $step)::BIGINT))::VARCHAR AS trend,
       count(*) OVER ()::DOUBLE AS total
     FROM requests ${conditions.clause}
     GROUP BY type, provider, message ORDER BY count DESC, last DESC LIMIT ${limit}`,
    conditions.values,
  );
  const groups = Array.from({ length: found.length }, (_, row): FailureGroup => {
    const cell = (name: string): unknown => found.cell(name, row);
    const type = String(cell("type"));
    const message = String(cell("message"));
    const statusCodes = numbers(cell("codes")).sort((a, b) => a - b);
    const provider = cell("provider");
    return {
      type,
      message,
      provider: provider === null ? null : String(provider),
      example: String(cell("example")),
      newest: String(cell("newest")),
      count: Number(cell("count")),
      firstSeen: Number(cell("first")),
      lastSeen: Number(cell("last")),
      severity: worst(type, message, statusCodes),
      statusCodes,
      models: counts(cell("models")).sort((a, b) => b[1] - a[1]),
      userCount: Number(cell("user_count")),
      users: texts(cell("users")),
      trend: counts(cell("trend"))
        .map(([start, count]) => [Number(start), count] as const)
        .sort((a, b) => a[0] - b[0]),
    };
  });
  return { groups, total: groups.length === 0 ? 0 : Number(found.cell("total", 0)) };
}
