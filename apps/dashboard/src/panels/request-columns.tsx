import type { ReactNode } from "react";
import type { RequestUpdate } from "@/services";
import { Figure } from "../format/Figure.tsx";
import { exactTime, when } from "../format/time.ts";
import { ModelName } from "./ModelName.tsx";
import { RequestStatus } from "./RequestStatus.tsx";
import { costReason, tokensReason, ttftReason } from "./unknown-reasons.ts";

export interface RequestColumn {
  readonly name: string;
  readonly numeric: boolean;
  /** A CSS grid track. */
  readonly track: string;
  readonly cell: (request: RequestUpdate, now: number) => ReactNode;
}

/** How long a request has run: as reported, and counted on between reports while it runs. */
export function elapsed(request: RequestUpdate, now: number): number | null {
  if (request.status !== "in_progress") return request.latency_ms;
  return Math.max(request.latency_ms ?? 0, now - request.created, 0);
}

const columns = {
  time: {
    name: "Time",
    numeric: false,
    track: "5.5rem",
    cell: (r, now) => (
      <time
        className="text-muted numbers"
        dateTime={new Date(r.created).toISOString()}
        title={exactTime(r.created)}
      >
        {when(r.created, now)}
      </time>
    ),
  },
  model: {
    name: "Model",
    numeric: false,
    track: "minmax(9rem,2fr)",
    cell: (r) => <ModelName model={r.model} />,
  },
  status: {
    name: "Status",
    numeric: false,
    track: "minmax(7rem,1.4fr)",
    cell: (r) => <RequestStatus request={r} />,
  },
  user: {
    name: "User",
    numeric: false,
    track: "minmax(5rem,1fr)",
    cell: (r) => (
      <span className="block truncate text-muted" title={r.user_id ?? "Not reported"}>
        {r.user_id ?? <span className="text-faint">—</span>}
      </span>
    ),
  },
  prompt: {
    name: "Prompt",
    numeric: true,
    track: "4.75rem",
    cell: (r) => <Figure value={r.prompt_tokens} unit="count" reason={tokensReason(r)} />,
  },
  completion: {
    name: "Completion",
    numeric: true,
    track: "5.75rem",
    cell: (r) => (
      <span className={r.status === "in_progress" ? "text-info" : ""}>
        <Figure value={r.completion_tokens} unit="count" reason={tokensReason(r)} />
      </span>
    ),
  },
  ttft: {
    name: "First token",
    numeric: true,
    track: "5.5rem",
    cell: (r) => <Figure value={r.ttft_ms} unit="duration" reason={ttftReason(r)} />,
  },
  latency: {
    name: "Latency",
    numeric: true,
    track: "5.5rem",
    cell: (r, now) => (
      <span className={r.status === "in_progress" ? "text-info" : ""}>
        <Figure value={elapsed(r, now)} unit="duration" reason="Nobody reported it" />
      </span>
    ),
  },
  cost: {
    name: "Cost",
    numeric: true,
    track: "5.5rem",
    cell: (r) => <Figure value={r.cost} unit="money" reason={costReason(r)} />,
  },
} satisfies Record<string, RequestColumn>;

export const fullColumns: readonly RequestColumn[] = [
  columns.time,
  columns.model,
  columns.status,
  columns.user,
  columns.prompt,
  columns.completion,
  columns.ttft,
  columns.latency,
  columns.cost,
];

export function tracks(of: readonly RequestColumn[]): string {
  return of.map(({ track }) => track).join(" ");
}
