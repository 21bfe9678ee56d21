import type { ReactNode } from "react";
import { bytes, exactBytes } from "../format/bytes.ts";
import { count, exact } from "../format/number.ts";
import { calendarDate, exactTime } from "../format/time.ts";
import { useRetention } from "../history/use-retention.ts";
import type { Retention } from "../services/retention.ts";
import { Meter } from "./Meter.tsx";
import { Panel } from "./Panel.tsx";

/** What the server keeps and how that is changed, which is not here: nothing where it does not tell. */
export function RetentionSettings() {
  const { data, error } = useRetention();
  if (data) {
    return (
      <Panel title="What is kept">
        <Limits retention={data} />
      </Panel>
    );
  }
  if (!error) return null;
  return (
    <Panel title="What is kept">
      <p className="border-t border-line px-4 py-3 text-muted">
        The server could not say. {error.message}
      </p>
    </Panel>
  );
}

function Limits({ retention }: { readonly retention: Retention }) {
  const { request_days, sum_days, max_bytes, history_bytes } = retention;
  return (
    <>
      <dl>
        <Limit
          name="Requests"
          hint="And their sums by the minute, counted from when they were stored."
          flag="--retention-days"
          variable="TELLTALE_RETENTION_DAYS"
        >
          {days(request_days)}
        </Limit>
        <Limit
          name="Sums by the hour"
          hint="Totals stay for ever."
          flag="--sum-retention-days"
          variable="TELLTALE_SUM_RETENTION_DAYS"
        >
          {days(sum_days)}
        </Limit>
        <Limit
          name="Space on disk"
          hint={
            max_bytes === null
              ? "However much it takes."
              : "Once an hour the oldest requests go, as far as it takes more."
          }
          flag="--retention-bytes"
          variable="TELLTALE_RETENTION_BYTES"
        >
          <span title={exactBytes(history_bytes)}>{bytes(history_bytes)}</span>
          {max_bytes === null ? (
            ", no limit"
          ) : (
            <>
              {" of "}
              <span title={exactBytes(max_bytes)}>{bytes(max_bytes)}</span>
              <span className="mt-1.5 block">
                <Meter
                  label="Space on disk used"
                  value={(history_bytes / max_bytes) * 100}
                  alarm={false}
                />
              </span>
            </>
          )}
        </Limit>
      </dl>
      <p className="border-t border-line px-4 py-3 text-muted">
        <Stored retention={retention} /> Whoever runs the server changes these limits, with the
        options above; they hold from its next start.
      </p>
    </>
  );
}

interface LimitProps {
  readonly name: string;
  readonly hint: string;
  /** The options that change it. */
  readonly flag: string;
  readonly variable: string;
  readonly children: ReactNode;
}

function Limit({ name, hint, flag, variable, children }: LimitProps) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t border-line px-4 py-3">
      <dt className="min-w-48 flex-1">
        <span className="font-medium">{name}</span>
        <p className="text-12 text-faint">{hint}</p>
        <p className="text-12 text-faint">
          <Option>{flag}</Option> or <Option>{variable}</Option>
        </p>
      </dt>
      <dd className="font-medium numbers max-sm:w-full sm:min-w-40 sm:text-right">{children}</dd>
    </div>
  );
}

function Option({ children }: { readonly children: string }) {
  return <code className="font-mono break-words text-muted">{children}</code>;
}

function Stored({ retention }: { readonly retention: Retention }) {
  const { requests_stored, oldest_request } = retention;
  if (oldest_request === null) return "No request is stored yet.";
  return (
    <>
      <span title={exact(requests_stored)}>{count(requests_stored)}</span>{" "}
      {requests_stored === 1 ? "request is stored, since" : "requests are stored, the oldest since"}{" "}
      <time
        dateTime={new Date(oldest_request).toISOString()}
        title={exactTime(oldest_request)}
        className="whitespace-nowrap"
      >
        {calendarDate(oldest_request)}
      </time>
      .
    </>
  );
}

function days(limit: number | null): string {
  if (limit === null) return "For ever";
  return limit === 1 ? "1 day" : `${exact(limit)} days`;
}
