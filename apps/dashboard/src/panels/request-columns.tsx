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

/** A text that may not have been reported. */
function label(name: string, read: (request: RequestUpdate) => string | undefined): RequestColumn {
  return {
    name,
    numeric: false,
    track: "minmax(4.5rem,1fr)",
    cell: (request) => (
      <span className="block truncate text-muted" title={read(request) ?? "Not reported"}>
        {read(request) ?? <span className="text-faint">—</span>}
      </span>
    ),
  };
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
  user: label("User", (r) => r.user_id),
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
  provider: label("Provider", (r) => r.provider),
  endpoint: label("Endpoint", (r) => r.endpoint),
  service: label("Service", (r) => r.service),
  organization: label("Organisation", (r) => r.organization_id),
  key: label("Key", (r) => r.api_key),
  finish: label("Finish", (r) => r.finish_reason),
  code: label("HTTP", (r) => r.status_code?.toString()),
  cached: {
    name: "Cached",
    numeric: true,
    track: "4.75rem",
    cell: (r) => <Figure value={r.cached_tokens} unit="count" reason="Not reported" />,
  },
  tokens: {
    name: "Tokens",
    numeric: true,
    track: "4.75rem",
    cell: (r) => <Figure value={r.total_tokens} unit="count" reason={tokensReason(r)} />,
  },
  cost: {
    name: "Cost",
    numeric: true,
    track: "5.5rem",
    cell: (r) => <Figure value={r.cost} unit="money" reason={costReason(r)} />,
  },
} satisfies Record<string, RequestColumn>;

/** Every column there is, by the name it is kept under, in the order of the table. */
export const requestColumns: Readonly<Record<string, RequestColumn>> = columns;

/** Shown until the reader chooses. */
export const USUAL_COLUMNS: readonly string[] = [
  "time",
  "model",
  "status",
  "user",
  "prompt",
  "completion",
  "ttft",
  "latency",
  "cost",
];

/** The columns of these names, in the order of the table. */
export function columnsOf(names: readonly string[]): RequestColumn[] {
  return Object.entries(requestColumns)
    .filter(([name]) => names.includes(name))
    .map(([, column]) => column);
}

export function tracks(of: readonly RequestColumn[]): string {
  return of.map(({ track }) => track).join(" ");
}
