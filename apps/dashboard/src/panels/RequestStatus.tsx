import { Ban, Check, CircleAlert, CircleDashed, CircleDot } from "lucide-react";
import type { RequestUpdate } from "@/services";

/** Why a request failed, in as few words as its source gave. */
export function failureName(request: RequestUpdate): string {
  const type = request.error_type;
  if (type === "cancelled") return "Cancelled";
  if (request.status_code && request.status_code >= 400) {
    return type && type !== String(request.status_code)
      ? `${request.status_code} ${type}`
      : `Error ${request.status_code}`;
  }
  return type ?? "Error";
}

interface RequestStatusProps {
  readonly request: RequestUpdate;
  /** Takes a second line rather than cut a long name. */
  readonly wrap?: boolean;
}

/** A request's state as a shape and a word. */
export function RequestStatus({ request, wrap = false }: RequestStatusProps) {
  const box = "flex min-w-0 items-center gap-1.5 text-12";
  if (request.status === "in_progress") {
    // Its digits move already: a list of spinners would be unrest, and costs a repaint each frame.
    const waiting = request.ttft_ms === undefined;
    const Mark = waiting ? CircleDashed : CircleDot;
    return (
      <span className={`${box} text-info`}>
        <Mark size={13} className="shrink-0" aria-hidden="true" />
        {waiting ? "Waiting" : "Streaming"}
      </span>
    );
  }
  if (request.status === "success") {
    return (
      <span className={`${box} text-muted`}>
        <Check size={13} className="shrink-0 text-good" strokeWidth={2.25} aria-hidden="true" />
        Success
      </span>
    );
  }
  const Icon = request.error_type === "cancelled" ? Ban : CircleAlert;
  const name = failureName(request);
  return (
    <span
      className={`${box} ${request.error_type === "cancelled" ? "text-watch" : "text-bad"}`}
      title={request.error_message ? `${name}: ${request.error_message}` : name}
    >
      <Icon size={13} className="shrink-0" strokeWidth={2} aria-hidden="true" />
      <span className={wrap ? "min-w-0 [overflow-wrap:anywhere]" : "truncate"}>{name}</span>
    </span>
  );
}
