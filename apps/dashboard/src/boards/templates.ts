import { quoteValue } from "@telltale/protocol/query";
import type { Board, BoardPanel, PanelQuestion, Place } from "./board.ts";

type Draft = Omit<PanelQuestion, "title"> & Place & { readonly title?: string };

const board = (name: string, panels: readonly Draft[]): Board => ({
  name,
  panels: panels.map((panel, index): BoardPanel => ({ title: "", ...panel, id: `p${index + 1}` })),
});

/** How long things take, and how much of it is waiting. */
export const latencyBoard: Board = board("Latency", [
  { kind: "stat", metric: "p50_latency_ms", x: 0, y: 0, w: 3, h: 3 },
  { kind: "stat", metric: "p95_latency_ms", x: 3, y: 0, w: 3, h: 3 },
  { kind: "stat", metric: "p95_ttft_ms", x: 6, y: 0, w: 3, h: 3 },
  { kind: "stat", metric: "inter_token_latency_ms", x: 9, y: 0, w: 3, h: 3 },
  { kind: "heatmap", metric: "latency_ms", title: "How latency spreads", x: 0, y: 3, w: 12, h: 7 },
  { kind: "line", metric: "p95_latency_ms", group: "model", x: 0, y: 10, w: 6, h: 8 },
  { kind: "table", metric: "p95_latency_ms", group: "endpoint", x: 6, y: 10, w: 6, h: 8 },
]);

/** What is spent, on what, and by whom. */
export const moneyBoard: Board = board("Money", [
  { kind: "stat", metric: "cost", x: 0, y: 0, w: 4, h: 3 },
  { kind: "stat", metric: "tokens", x: 4, y: 0, w: 4, h: 3 },
  { kind: "stat", metric: "cached_tokens", x: 8, y: 0, w: 4, h: 3 },
  { kind: "bars", metric: "cost", title: "Cost over time", x: 0, y: 3, w: 6, h: 8 },
  { kind: "line", metric: "cost", group: "model", x: 6, y: 3, w: 6, h: 8 },
  { kind: "table", metric: "cost", group: "user_id", x: 0, y: 11, w: 6, h: 8 },
  { kind: "heatmap", metric: "cost", title: "What a request costs", x: 6, y: 11, w: 6, h: 8 },
]);

/** Everything about one model. */
export function modelBoard(model: string): Board {
  const q = `model:${quoteValue(model)}`;
  return board(model.slice(0, 60), [
    { kind: "stat", metric: "requests", q, x: 0, y: 0, w: 3, h: 3 },
    { kind: "stat", metric: "error_rate", q, x: 3, y: 0, w: 3, h: 3 },
    { kind: "stat", metric: "p95_latency_ms", q, x: 6, y: 0, w: 3, h: 3 },
    { kind: "stat", metric: "cost", q, x: 9, y: 0, w: 3, h: 3 },
    { kind: "line", metric: "requests_per_second", q, x: 0, y: 3, w: 6, h: 7 },
    { kind: "heatmap", metric: "latency_ms", q, x: 6, y: 3, w: 6, h: 7 },
    { kind: "bars", metric: "errors", q, x: 0, y: 10, w: 6, h: 7 },
    { kind: "table", metric: "requests", group: "user_id", q, x: 6, y: 10, w: 6, h: 7 },
  ]);
}
