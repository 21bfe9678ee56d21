import type { SeriesGroup, SeriesMetric } from "@/services";
import type { HeatmapMetric } from "../services/heatmap.ts";

export const panelKinds = ["line", "bars", "stat", "table", "heatmap"] as const;

export type PanelKind = (typeof panelKinds)[number];

/** Where a panel stands and how large it is, in columns and rows of the grid, from 0. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** What a panel asks and how it shows the answer. */
export interface PanelQuestion {
  readonly kind: PanelKind;
  /** Empty: named after what it shows. */
  readonly title: string;
  readonly metric: SeriesMetric | HeatmapMetric;
  readonly group?: SeriesGroup;
  /** Which requests, in the filter language. */
  readonly q?: string;
  /** Name of a time range of its own; without one it follows the page. */
  readonly range?: string;
}

export interface BoardPanel extends PanelQuestion, Place {
  /** Unique on its board. */
  readonly id: string;
}

export interface Board {
  readonly name: string;
  readonly panels: readonly BoardPanel[];
}

/** Columns of the grid. */
export const COLUMNS = 12;
export const MAX_ROWS = 24;
export const MAX_PANELS = 40;
export const MAX_NAME = 80;

/** What fits its content, by kind. */
export const smallest: Readonly<Record<PanelKind, { readonly w: number; readonly h: number }>> = {
  line: { w: 3, h: 5 },
  bars: { w: 3, h: 5 },
  stat: { w: 2, h: 3 },
  table: { w: 3, h: 4 },
  heatmap: { w: 3, h: 5 },
};

/** What a new panel gets. */
export const usual: Readonly<Record<PanelKind, { readonly w: number; readonly h: number }>> = {
  line: { w: 6, h: 7 },
  bars: { w: 6, h: 7 },
  stat: { w: 3, h: 3 },
  table: { w: 6, h: 7 },
  heatmap: { w: 6, h: 7 },
};

/** The first `p1`, `p2`, … that no panel has. */
export function freeId(panels: readonly BoardPanel[]): string {
  const taken = new Set(panels.map(({ id }) => id));
  let number = panels.length + 1;
  while (taken.has(`p${number}`)) number += 1;
  return `p${number}`;
}
