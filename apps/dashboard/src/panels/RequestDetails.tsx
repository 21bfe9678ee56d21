import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { RequestUpdate } from "@/services";
import { exactly } from "../filter/exactly.ts";
import { Figure } from "../format/Figure.tsx";
import { exactTime } from "../format/time.ts";
import { CopyButton } from "../shell/CopyButton.tsx";
import { ModelName } from "./ModelName.tsx";
import { RequestCost } from "./RequestCost.tsx";
import { failureName, RequestStatus } from "./RequestStatus.tsx";
import { RequestTimeline } from "./RequestTimeline.tsx";
import { RequestTokens } from "./RequestTokens.tsx";
import { elapsed } from "./request-columns.tsx";
import { costReason } from "./unknown-reasons.ts";

interface RequestDetailsProps {
  readonly request: RequestUpdate;
  /** The server's time, Unix ms. */
  readonly now: number;
}

/** Everything that is known of one request. */
export function RequestDetails({ request, now }: RequestDetailsProps) {
  return (
    <div className="flex flex-col gap-6">
      <div className="grid grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)_minmax(0,1fr)] gap-4">
        <div>
          <p className="text-12 text-muted">Status</p>
          <div className="mt-1.5">
            <RequestStatus request={request} wrap />
          </div>
        </div>
        <div>
          <p className="text-12 text-muted">Latency</p>
          <Figure
            value={elapsed(request, now)}
            unit="duration"
            reason="Nobody reported it"
            className="text-20 font-semibold tracking-[-0.01em]"
          />
        </div>
        <div>
          <p className="text-12 text-muted">Cost</p>
          <Figure
            value={request.cost}
            unit="money"
            reason={costReason(request)}
            className="text-20 font-semibold tracking-[-0.01em]"
          />
        </div>
      </div>
      {request.status === "error" && (
        <section className="rounded-base border border-bad/30 bg-bad-soft p-3">
          <h3 className="font-medium text-bad">{failureName(request)}</h3>
          <p className="mt-1 break-words">{request.error_message ?? "No message was given."}</p>
          {request.error_type !== undefined && (
            <Link
              to="/requests"
              search={{ q: `status:error ${exactly("type", request.error_type)}` }}
              className="mt-2 inline-block text-12 text-accent hover:underline"
            >
              Others that failed so
            </Link>
          )}
        </section>
      )}
      {request.cost === null && request.status !== "in_progress" && (
        <p className="-mt-3 text-12 text-muted">Cost unknown. {costReason(request)}.</p>
      )}
      <RequestTimeline request={request} total={elapsed(request, now)} />
      <RequestTokens request={request} />
      <RequestCost request={request} />
      <Fields request={request} />
      {request.attributes && <Attributes attributes={request.attributes} />}
    </div>
  );
}

function Fields({ request }: { readonly request: RequestUpdate }) {
  return (
    <section>
      <h3 className="mb-2 text-12 font-medium text-muted">Details</h3>
      <dl className="divide-y divide-line border-y border-line">
        <Field name="Started">
          <time className="numbers" dateTime={new Date(request.created).toISOString()}>
            {exactTime(request.created)}
          </time>
        </Field>
        <Field name="Model">
          <ModelName model={request.model} />
        </Field>
        <Field name="Provider">{request.provider}</Field>
        <Field name="Endpoint" mono>
          {request.endpoint}
        </Field>
        <Field name="User">{request.user_id}</Field>
        <Field name="Organisation">{request.organization_id}</Field>
        <Field name="Service">{request.service}</Field>
        <Field name="Key">{request.api_key}</Field>
        <Field name="Service tier">{request.service_tier}</Field>
        <Field name="Finish reason">{request.finish_reason}</Field>
        <Field name="HTTP status">{request.status_code}</Field>
        <Field name="Came in by">{request.source}</Field>
        <Field name="Trace id" mono copy={request.trace_id}>
          {request.trace_id}
        </Field>
        {request.trace_id !== undefined && (
          <Field name="Same trace">
            <Link
              to="/requests"
              search={{ q: exactly("trace", request.trace_id), request: request.id }}
              className="text-accent hover:underline"
            >
              Requests of this trace
            </Link>
          </Field>
        )}
        <Field name="Request id" mono copy={request.id}>
          {request.id}
        </Field>
      </dl>
    </section>
  );
}

/** What the source said beyond the fields everyone has. */
function Attributes({ attributes }: { readonly attributes: Readonly<Record<string, string>> }) {
  return (
    <section>
      <h3 className="mb-2 text-12 font-medium text-muted">Attributes</h3>
      <dl className="divide-y divide-line border-y border-line">
        {Object.entries(attributes).map(([name, value]) => (
          <div key={name} className="py-1.5">
            <dt className="font-mono text-12 break-all text-muted">{name}</dt>
            <dd className="font-mono text-12 break-all">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface FieldProps {
  readonly name: string;
  readonly children: ReactNode;
  readonly mono?: boolean;
  readonly copy?: string | undefined;
}

/** One line; a field that nobody reported is left out, for a dash would only say so again. */
function Field({ name, children, mono, copy }: FieldProps) {
  if (children === undefined || children === null || children === "") return null;
  return (
    <div className="flex min-h-9 items-center justify-between gap-6">
      <dt className="shrink-0 text-muted">{name}</dt>
      <dd
        className={`flex min-w-0 items-center gap-1 text-right ${mono ? "font-mono text-12" : ""}`}
      >
        <span className="min-w-0 break-all">{children}</span>
        {copy && <CopyButton text={copy} what={`the ${name.toLowerCase()}`} />}
      </dd>
    </div>
  );
}
