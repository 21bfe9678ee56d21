import { array, nullable, number, object, oneOf, optional, string } from "@telltale/protocol";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { project, projectionFrom } from "../history/projection.ts";
import type { FigureName } from "../history/store/analysis.ts";
import { answers, describe } from "./describe.ts";
import { duration, integer, rangeOf, readQuery, scopeShape, stepOf } from "./query.ts";
import type { ApiSources } from "./sources.ts";

const DAY = 86_400_000;

export const COST_GROUPS = [
  "model",
  "service",
  "user_id",
  "organization_id",
  "api_key",
  "provider",
] as const;

const costsQuery = z.object({
  ...scopeShape,
  group_by: z.enum(COST_GROUPS).default("model"),
  step: duration.optional(),
  limit: integer.pipe(z.int().min(1).max(1000)).default(50).describe("most groups"),
});

const figures = [
  "cost",
  "requests",
  "unknown_cost_requests",
  "prompt_tokens",
  "completion_tokens",
  "cached_tokens",
] as const satisfies readonly FigureName[];

const sums = {
  cost: number,
  requests: number,
  unknown_cost_requests: number,
  prompt_tokens: number,
  completion_tokens: number,
  cached_tokens: number,
};

/** By name; nothing known sums up to zero, and `unknown_cost_requests` says what that leaves out. */
function named(values: readonly (number | null)[] | undefined): Record<keyof typeof sums, number> {
  const at = (name: (typeof figures)[number]): number => values?.[figures.indexOf(name)] ?? 0;
  return {
    cost: at("cost"),
    requests: at("requests"),
    unknown_cost_requests: at("unknown_cost_requests"),
    prompt_tokens: at("prompt_tokens"),
    completion_tokens: at("completion_tokens"),
    cached_tokens: at("cached_tokens"),
  };
}

export function registerCosts(app: FastifyInstance, { store, now }: ApiSources): void {
  app.get(
    "/api/v1/costs",
    describe({
      summary: "What requests cost, by whom, against the time before, and what the month will cost",
      tag: "history",
      query: costsQuery,
      answers: answers(
        "US dollars",
        object({
          from: number,
          to: number,
          group_by: oneOf(...COST_GROUPS),
          step_ms: number,
          total: object(sums),
          previous: object({ from: number, to: number, ...sums }),
          groups: array(
            object({
              group: nullable(string),
              ...sums,
              share: number,
              previous_cost: nullable(number),
              points: array(array(number)),
            }),
          ),
          left_out: optional(object({ groups: number, cost: number })),
          projection: object({
            month: string,
            from: number,
            to: number,
            spent: number,
            projected: nullable(number),
            low: nullable(number),
            high: nullable(number),
            days: number,
            method: string,
          }),
        }),
      ),
    }),
    async (request) => {
      const query = readQuery(costsQuery, request.query);
      const at = now();
      const { from, to } = rangeOf(query, at, DAY);
      const step = stepOf(query.step, from, to, 60);
      const { group_by: groupBy, limit, q } = query;
      const ask = { figures, sortBy: "cost", query: q } as const;
      const previous = { from: from - (to - from), to: from };
      const [all, before, groups, groupsBefore, lines, days] = await Promise.all([
        store.breakdown({ ...ask, from, to, limit: 1 }),
        store.breakdown({ ...ask, ...previous, limit: 1 }),
        store.breakdown({ ...ask, from, to, groupBy, limit }),
        store.breakdown({ ...ask, ...previous, groupBy, limit: 10_000 }),
        store.series({ metric: "cost", from, to, step, groupBy, query: q }),
        store.series({ metric: "cost", from: projectionFrom(at), to: at + 1, step: DAY, query: q }),
      ]);
      const total = named(all.rows[0]?.values);
      const costBefore = new Map(groupsBefore.rows.map(({ group, values }) => [group, values[0]]));
      const points = new Map(lines.map((line) => [line.group, line.points]));
      const rows = groups.rows.map(({ group, values }) => ({
        group,
        ...named(values),
        share: total.cost > 0 ? (values[0] ?? 0) / total.cost : 0,
        previous_cost: costBefore.get(group) ?? null,
        points: points.get(group) ?? [],
      }));
      const shown = rows.reduce((sum, { cost }) => sum + cost, 0);
      return {
        from,
        to,
        group_by: groupBy,
        step_ms: step,
        total,
        previous: { ...previous, ...named(before.rows[0]?.values) },
        groups: rows,
        ...(groups.groups > rows.length && {
          left_out: { groups: groups.groups - rows.length, cost: Math.max(0, total.cost - shown) },
        }),
        projection: project(new Map(days[0]?.points ?? []), at),
      };
    },
  );
}
