import {
  array,
  nullable,
  number,
  object,
  optional,
  SERIES_GROUPS,
  SERIES_METRICS,
  string,
  unknown,
} from "@telltale/protocol";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { isAdditive } from "../history/significance.ts";
import { HEATMAP_METRICS } from "../history/store/analysis.ts";
import type { SeriesLine } from "../history/store.ts";
import { answers, describe } from "./describe.ts";
import { mapped, sendList } from "./json-list.ts";
import { duration, integer, rangeOf, readQuery, scopeShape, stepOf, yes } from "./query.ts";
import type { ApiSources } from "./sources.ts";

const seriesQuery = z.object({
  metric: z.enum(SERIES_METRICS),
  ...scopeShape,
  step: duration.optional(),
  group_by: z.enum(SERIES_GROUPS).optional(),
  limit: integer
    .pipe(z.int().min(1).max(1000))
    .default(100)
    .describe("most lines; those with most are kept"),
  fill: yes.optional().describe("a point for every step: 0 for counts, sums and rates, else null"),
});

const heatmapQuery = z.object({
  metric: z.enum(HEATMAP_METRICS).default("latency_ms"),
  ...scopeShape,
  step: duration.optional(),
  per_doubling: integer
    .pipe(z.int().min(1).max(16))
    .default(4)
    .describe("buckets from a value to its double"),
});

const breakdownQuery = z.object({
  metric: z.enum(SERIES_METRICS),
  group_by: z.enum(SERIES_GROUPS),
  ...scopeShape,
  limit: integer.pipe(z.int().min(1).max(1000)).default(20),
});

/** A point per step; what is not known stays unknown. */
function filled(
  points: SeriesLine["points"],
  { from, to, step, empty }: { from: number; to: number; step: number; empty: 0 | null },
): [number, number | null][] {
  const known = new Map(points);
  const all: [number, number | null][] = [];
  for (let at = Math.floor(from / step) * step; at < to; at += step) {
    all.push([at, known.get(at) ?? empty]);
  }
  return all;
}

const weightOf = ({ points }: SeriesLine): number =>
  points.reduce((sum, [, value]) => sum + value, 0);

export function registerSeries(app: FastifyInstance, { store, now }: ApiSources): void {
  app.get(
    "/api/v1/series",
    describe({
      summary: "A metric over time",
      tag: "history",
      query: seriesQuery,
      answers: answers(
        "Lines of points [time, value]",
        object({
          metric: string,
          from: number,
          to: number,
          step_ms: number,
          group_by: nullable(string),
          series: array(
            object({ group: nullable(string), points: array(array(nullable(number))) }),
          ),
          left_out: optional(number),
        }),
      ),
    }),
    async (request, reply) => {
      const query = readQuery(seriesQuery, request.query);
      const { from, to } = rangeOf(query, now());
      const step = stepOf(query.step, from, to);
      const { metric, group_by: groupBy, q, limit } = query;
      const lines = await store.series({ metric, from, to, step, groupBy, query: q });
      const most =
        lines.length > limit
          ? new Set([...lines].sort((a, b) => weightOf(b) - weightOf(a)).slice(0, limit))
          : undefined;
      const kept = most === undefined ? lines : lines.filter((line) => most.has(line));
      const empty = isAdditive(metric) || metric.endsWith("_per_second") ? 0 : null;
      const head = {
        metric,
        from,
        to,
        step_ms: step,
        group_by: groupBy ?? null,
        ...(most && { left_out: lines.length - limit }),
      };
      const shown = (points: SeriesLine["points"]): readonly (readonly (number | null)[])[] =>
        query.fill ? filled(points, { from, to, step, empty }) : points;
      const items = mapped(kept, ({ group, points }) =>
        JSON.stringify({ group, points: shown(points) }),
      );
      return sendList(reply, head, "series", items);
    },
  );

  app.get(
    "/api/v1/heatmap",
    describe({
      summary: "How often which value occurred, over time",
      tag: "history",
      description:
        "Cells are [time, bucket, requests]. Bucket b holds values from 2^(b/per_doubling) up to the next; null holds zero.",
      query: heatmapQuery,
      answers: answers(
        "Cells that are not empty",
        object({
          metric: string,
          from: number,
          to: number,
          step_ms: number,
          per_doubling: number,
          buckets: array(object({ bucket: nullable(number), low: number, high: number })),
          cells: array(unknown),
        }),
      ),
    }),
    async (request, reply) => {
      const query = readQuery(heatmapQuery, request.query);
      const { from, to } = rangeOf(query, now());
      const step = stepOf(query.step, from, to, 120);
      const { metric, per_doubling: perDoubling, q } = query;
      const cells = await store.heatmap({ metric, from, to, step, perDoubling, query: q });
      const found = [...new Set(cells.map(([, bucket]) => bucket))].sort(
        (a, b) => (a ?? Number.NEGATIVE_INFINITY) - (b ?? Number.NEGATIVE_INFINITY),
      );
      const edge = (bucket: number): number => 2 ** (bucket / perDoubling);
      const buckets = found.map((bucket) =>
        bucket === null
          ? { bucket, low: 0, high: 0 }
          : { bucket, low: edge(bucket), high: edge(bucket + 1) },
      );
      const head = { metric, from, to, step_ms: step, per_doubling: perDoubling, buckets };
      return sendList(
        reply,
        head,
        "cells",
        mapped(cells, (cell) => JSON.stringify(cell)),
      );
    },
  );

  app.get(
    "/api/v1/breakdown",
    describe({
      summary: "Who or what has most of a metric",
      tag: "history",
      query: breakdownQuery,
      answers: answers(
        "Groups, most first",
        object({
          metric: string,
          group_by: string,
          from: number,
          to: number,
          total: nullable(number),
          rows: array(
            object({
              group: nullable(string),
              value: nullable(number),
              requests: number,
              share: optional(number),
            }),
          ),
          groups: number,
        }),
      ),
    }),
    async (request) => {
      const query = readQuery(breakdownQuery, request.query);
      const { from, to } = rangeOf(query, now());
      const { metric, group_by: groupBy, limit, q } = query;
      const asked = { from, to, query: q, figures: [metric, "requests"], sortBy: metric } as const;
      const all = await store.breakdown({ ...asked, limit: 1 });
      const found = await store.breakdown({ ...asked, groupBy, limit });
      const total = all.rows[0]?.values[0] ?? null;
      return {
        metric,
        group_by: groupBy,
        from,
        to,
        total,
        rows: found.rows.map(({ group, values: [value = null, requests] }) => ({
          group,
          value,
          requests: requests ?? 0,
          ...(isAdditive(metric) && total && value !== null && { share: value / total }),
        })),
        groups: found.groups,
      };
    },
  );
}
