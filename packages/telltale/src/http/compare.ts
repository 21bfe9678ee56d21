import {
  array,
  nullable,
  number,
  object,
  oneOf,
  optional,
  SERIES_METRICS,
  type SeriesMetric,
  string,
} from "@telltale/protocol";
import { parseQuery, type Query, quoteValue } from "@telltale/protocol/query";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { isAdditive, type Significance, significanceOf } from "../history/significance.ts";
import type { Estimate } from "../history/store/analysis.ts";
import { answers, describe } from "./describe.ts";
import { ProblemError } from "./problem.ts";
import { listOf, queryText, rangeOf, readQuery, scopeShape, time } from "./query.ts";
import type { ApiSources } from "./sources.ts";

const DAY = 86_400_000;

const compared: readonly SeriesMetric[] = [
  "requests",
  "error_rate",
  "p50_latency_ms",
  "p95_latency_ms",
  "p50_ttft_ms",
  "p95_ttft_ms",
  "tokens",
  "cost",
];

const compareQuery = z.object({
  metric: listOf(SERIES_METRICS).optional(),
  ...scopeShape,
  against: z
    .enum(["previous", "day", "week"])
    .optional()
    .describe("the range before, or the same a day or a week ago"),
  against_from: time.optional(),
  against_to: time.optional(),
  against_q: queryText.optional().describe("query of the other side; absent: the same as q"),
  model_a: z.string().optional().describe("compare this model …"),
  model_b: z.string().optional().describe("… with this one"),
});

type CompareQuery = z.output<typeof compareQuery>;

interface Side {
  readonly from: number;
  readonly to: number;
  readonly query: Query | undefined;
}

function wrong(parameter: string, reason: string): ProblemError {
  return new ProblemError("invalid_query", `${parameter}: ${reason}`, { parameter });
}

function ofModel(query: Query | undefined, model: string | undefined): Query | undefined {
  if (model === undefined) return query;
  const terms = parseQuery(`model:${quoteValue(model)}`).query?.terms ?? [];
  return { terms: [...(query?.terms ?? []), ...terms] };
}

/** @throws {ProblemError} when what is to be compared is not clear. */
function sidesOf(query: CompareQuery, now: number): { side: Side; against: Side } {
  const { from, to } = rangeOf(query, now, DAY);
  const { against_from: from2, against_to: to2, model_a: a, model_b: b } = query;
  if ((from2 === undefined) !== (to2 === undefined)) {
    throw wrong(from2 === undefined ? "against_from" : "against_to", "is missing for the other");
  }
  if ((a === undefined) !== (b === undefined)) {
    throw wrong(a === undefined ? "model_a" : "model_b", "is missing for the other");
  }
  if (from2 !== undefined && query.against !== undefined) {
    throw wrong("against", "names a range that against_from and against_to name too");
  }
  const sameTime = a !== undefined || query.against_q !== undefined;
  const back = query.against === "day" ? DAY : query.against === "week" ? 7 * DAY : to - from;
  const other =
    from2 !== undefined && to2 !== undefined
      ? { from: from2, to: to2 }
      : sameTime && query.against === undefined
        ? { from, to }
        : { from: from - back, to: to - back };
  if (other.from >= other.to) throw wrong("against_from", "must lie before against_to");
  return {
    side: { from, to, query: ofModel(query.q, a) },
    against: { ...other, query: ofModel(query.against_q ?? query.q, b) },
  };
}

interface Comparison {
  readonly metric: SeriesMetric;
  readonly value: number | null;
  readonly count: number;
  readonly against_value: number | null;
  readonly against_count: number;
  readonly difference: number | null;
  readonly relative: number | null;
  readonly significance: Significance;
  readonly text: string;
}

const times = (estimate: Estimate, factor: number): Estimate => ({
  value: estimate.value === null ? null : estimate.value * factor,
  count: estimate.count,
  standardError: estimate.standardError === null ? null : estimate.standardError * factor,
});

function textOf(metric: string, relative: number | null, { verdict, p }: Significance): string {
  const change = relative === null ? "" : ` by ${Math.abs(relative * 100).toPrecision(2)}%`;
  const chance = p === null ? "" : p < 0.001 ? "p < 0.001" : `p = ${p.toPrecision(2)}`;
  switch (verdict) {
    case "higher":
    case "lower":
      return `${metric} is ${verdict}${change}; chance alone would rarely make such a difference (${chance}).`;
    case "no_difference":
      return `${metric} differs${change}, which chance alone may well have made (${chance}).`;
    case "too_few":
      return `${metric}: too few requests to tell a difference from chance.`;
    case "not_tested":
      return `${metric}: not tested.`;
  }
}

const estimate = {
  metric: string,
  value: nullable(number),
  count: number,
  against_value: nullable(number),
  against_count: number,
  difference: nullable(number),
  relative: nullable(number),
  significance: object({
    verdict: oneOf("higher", "lower", "no_difference", "too_few", "not_tested"),
    p: nullable(number),
    interval: nullable(array(number)),
  }),
  text: string,
};

export function registerCompare(app: FastifyInstance, { store, now }: ApiSources): void {
  app.get(
    "/api/v1/compare",
    describe({
      summary: "Two times, models or queries side by side, and whether they really differ",
      tag: "history",
      query: compareQuery,
      answers: answers(
        "One comparison per metric",
        object({
          from: number,
          to: number,
          against: object({ from: number, to: number }),
          scale: optional(number),
          comparisons: array(object(estimate)),
        }),
      ),
    }),
    async (request) => {
      const query = readQuery(compareQuery, request.query);
      const { side, against } = sidesOf(query, now());
      const metrics = query.metric ?? compared;
      const [left, right] = await Promise.all([
        store.evidence({ metrics, ...side }),
        store.evidence({ metrics, ...against }),
      ]);
      const scale = (side.to - side.from) / (against.to - against.from);
      const nothing: Estimate = { value: null, count: 0, standardError: null };
      const comparisons = metrics.map((metric, at): Comparison => {
        const value = left[at] ?? nothing;
        const other = times(right[at] ?? nothing, isAdditive(metric) ? scale : 1);
        const sides = { value, against: other };
        // Of twenty comparisons one would come out by chance: each has to be the surer for it.
        const significance = significanceOf(metric, sides, 0.05 / metrics.length);
        const difference =
          value.value === null || other.value === null ? null : value.value - other.value;
        const relative = difference === null || !other.value ? null : difference / other.value;
        return {
          metric,
          value: value.value,
          count: value.count,
          against_value: other.value,
          against_count: other.count,
          difference,
          relative,
          significance,
          text: textOf(metric, relative, significance),
        };
      });
      return {
        from: side.from,
        to: side.to,
        against: { from: against.from, to: against.to },
        ...(scale !== 1 && { scale }),
        comparisons,
      };
    },
  );
}
