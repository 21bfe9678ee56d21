import type { DuckDBConnection } from "@duckdb/node-api";
import type {
  Breakdown,
  BreakdownQuery,
  Estimate,
  EvidenceQuery,
  Failures,
  FailuresQuery,
  HeatmapQuery,
} from "../store/analysis.ts";
import type { EndedQuery } from "../store/playback.ts";
import type { RequestFilter } from "../store.ts";
import { evidence } from "./evidence.ts";
import {
  type Extent,
  exportWindow,
  extent,
  finishedIds,
  parquetRows,
  type Window,
  type WindowRequest,
} from "./export.ts";
import { failures } from "./failures.ts";
import { breakdown } from "./figures.ts";
import { heatmap, type PackedCells } from "./heatmap.ts";
import { type EndedRows, ended, type StandingRows, standing } from "./playback.ts";

/** What is asked by {@link Readings}, and what is found, by name. */
export interface Analyses {
  breakdown: { asked: BreakdownQuery; found: Breakdown };
  evidence: { asked: EvidenceQuery; found: readonly Estimate[] };
  failures: { asked: FailuresQuery; found: Failures };
  heatmap: { asked: HeatmapQuery; found: PackedCells };
  extent: { asked: RequestFilter; found: Extent };
  exportWindow: { asked: WindowRequest; found: Window };
  parquetRows: {
    asked: { readonly file: string; readonly offset: number; readonly limit: number };
    found: readonly string[];
  };
  finishedIds: {
    asked: { readonly ids: readonly string[]; readonly from: number; readonly to: number };
    found: readonly string[];
  };
  standing: { asked: { readonly at: number; readonly recent: number }; found: StandingRows };
  ended: { asked: EndedQuery; found: EndedRows };
}

type Name = keyof Analyses;

export type Analysis = {
  [N in Name]: { readonly name: N; readonly asked: Analyses[N]["asked"] };
}[Name];
export type Finding = {
  [N in Name]: { readonly name: N; readonly found: Analyses[N]["found"] };
}[Name];

export async function analyse(connection: DuckDBConnection, analysis: Analysis): Promise<Finding> {
  const { name, asked } = analysis;
  switch (name) {
    case "breakdown":
      return { name, found: await breakdown(connection, asked) };
    case "evidence":
      return { name, found: await evidence(connection, asked) };
    case "failures":
      return { name, found: await failures(connection, asked) };
    case "heatmap":
      return { name, found: await heatmap(connection, asked) };
    case "extent":
      return { name, found: await extent(connection, asked) };
    case "exportWindow":
      return { name, found: await exportWindow(connection, asked) };
    case "parquetRows":
      return { name, found: await parquetRows(connection, asked.file, asked.offset, asked.limit) };
    case "finishedIds":
      return { name, found: await finishedIds(connection, asked.ids, asked.from, asked.to) };
    case "standing":
      return { name, found: await standing(connection, asked.at, asked.recent) };
    case "ended":
      return { name, found: await ended(connection, asked) };
  }
}
