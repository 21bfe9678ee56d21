import type { ReactNode } from "react";
import type { ModelUpdate } from "@/services";
import { Figure } from "../format/Figure.tsx";
import { type Maybe, sumUnlessUnknown } from "../format/number.ts";
import type { UnitName } from "../format/unit.ts";
import { leftOut } from "./unknown-reasons.ts";

export interface ModelColumn {
  readonly key: string;
  readonly name: string;
  readonly unit: UnitName;
  readonly value: (model: ModelUpdate) => Maybe;
  readonly reason: (model: ModelUpdate) => string;
  /** What the sum leaves out, if anything. */
  readonly caveat?: (model: ModelUpdate) => string | undefined;
  /** Shown however narrow the screen. */
  readonly always?: boolean;
  /** Shown where the table has only part of the page. */
  readonly compact?: boolean;
}

const NONE_IN_WINDOW = "No request finished in the last five minutes";
const NOT_REPORTED = "The server does not report it";

const inWindow =
  (value: (model: ModelUpdate) => Maybe) =>
  (model: ModelUpdate): Maybe =>
    model.window_requests === 0 ? null : value(model);
const windowReason = (model: ModelUpdate): string =>
  model.window_requests === 0 ? NONE_IN_WINDOW : NOT_REPORTED;
const firstTokenReason = (model: ModelUpdate): string =>
  model.window_requests === 0 ? NONE_IN_WINDOW : "No streamed request in the last five minutes";

export const modelColumns: readonly ModelColumn[] = [
  {
    key: "rps",
    name: "Requests/s",
    unit: "rate",
    value: (m) => m.requests_per_second,
    reason: () => NOT_REPORTED,
    compact: true,
    always: true,
  },
  {
    key: "requests",
    name: "Requests",
    unit: "count",
    value: (m) => m.request_count,
    reason: () => NOT_REPORTED,
    compact: true,
  },
  {
    key: "flight",
    name: "In flight",
    unit: "count",
    value: (m) => m.in_flight,
    reason: () => NOT_REPORTED,
  },
  {
    key: "p50",
    name: "p50",
    unit: "duration",
    value: inWindow((m) => m.p50_latency_ms),
    reason: windowReason,
  },
  {
    key: "p95",
    name: "p95",
    unit: "duration",
    value: inWindow((m) => m.p95_latency_ms),
    reason: windowReason,
    compact: true,
    always: true,
  },
  {
    key: "ttft",
    name: "First token",
    unit: "duration",
    value: inWindow((m) => m.p95_ttft_ms),
    reason: firstTokenReason,
    compact: true,
  },
  {
    key: "tps",
    name: "Tokens/s",
    unit: "rate",
    value: (m) => m.tokens_per_second,
    reason: () => NOT_REPORTED,
  },
  {
    key: "tokens",
    name: "Tokens",
    unit: "count",
    value: (m) => sumUnlessUnknown(m.total_tokens, m.unknown_usage_requests, m.request_count),
    reason: () => "Nobody reported the usage of its requests",
    caveat: (m) => leftOut(m).usage,
    compact: true,
  },
  {
    key: "errors",
    name: "Errors",
    unit: "share",
    value: inWindow((m) => m.error_rate),
    reason: windowReason,
    compact: true,
    always: true,
  },
  {
    key: "cost",
    name: "Cost",
    unit: "money",
    value: (m) => sumUnlessUnknown(m.total_cost, m.unknown_cost_requests, m.request_count),
    reason: (m) => `No price is known for ${m.model}`,
    caveat: (m) => leftOut(m).cost,
    compact: true,
    always: true,
  },
];

/** A model's figure in one column, marked where it leaves something out. */
export function ModelFigure({
  column,
  model,
}: {
  readonly column: ModelColumn;
  readonly model: ModelUpdate;
}): ReactNode {
  const value = column.value(model);
  const caveat = typeof value === "number" ? column.caveat?.(model) : undefined;
  const high = column.key === "errors" && typeof value === "number" && value >= 0.05;
  return (
    <>
      {caveat && (
        <span className="mr-1 text-faint" title={caveat}>
          <span aria-hidden="true">≥</span>
          <span className="sr-only">at least: {caveat}</span>
        </span>
      )}
      <Figure
        value={value}
        unit={column.unit}
        reason={column.reason(model)}
        className={high ? "text-bad" : ""}
      />
    </>
  );
}
