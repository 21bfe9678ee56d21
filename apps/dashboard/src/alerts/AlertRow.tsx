import { Link } from "@tanstack/react-router";
import type { AlertUpdate } from "@telltale/protocol";
import { ChevronRight } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { ago } from "../format/duration.ts";
import { exactTime } from "../format/time.ts";
import { Severity } from "../panels/Severity.tsx";
import { acknowledge } from "../services/alerts.ts";
import { AlertFlags, AlertState } from "./AlertState.tsx";
import { alertInWords } from "./alert-words.ts";
import { Button } from "./Button.tsx";
import { alertFigure } from "./rule-words.ts";

interface AlertRowProps {
  readonly alert: AlertUpdate;
  /** What is measured now, where that is known. */
  readonly current: number | undefined;
  /** Unix ms. */
  readonly now: number;
  readonly onSilence: () => void;
  readonly onRule: () => void;
}

/** One alert: what, how bad, since when, by how much; opened, what can be done about it. */
export function AlertRow({ alert, current, now, onSilence, onRule }: AlertRowProps) {
  const [open, setOpen] = useState(false);
  const details = useId();
  const since = alert.started_at ?? alert.timestamp;
  const about = alert.subject ?? alert.model;
  return (
    <li className="border-t border-line">
      <div className="flex items-start gap-3 pr-4 hover:bg-raised">
        <button
          type="button"
          data-alert-row
          aria-expanded={open}
          aria-controls={details}
          onClick={() => setOpen(!open)}
          className="flex min-w-0 flex-1 items-start gap-3 py-3 pl-4 text-left -outline-offset-2"
        >
          <ChevronRight
            size={14}
            aria-hidden="true"
            className={`mt-[3px] shrink-0 text-faint transition-transform ${open ? "rotate-90" : ""}`}
          />
          <span className="min-w-0 flex-1 sm:flex sm:gap-3">
            <span className="block min-w-0 flex-1">
              <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
                <AlertState state={alert.state} />
                <span className="font-medium">{alert.name}</span>
                {about && <span className="min-w-0 truncate text-muted">{about}</span>}
                <Severity severity={alert.severity} />
                <AlertFlags {...alert} />
              </span>
              <span className="mt-1 block text-muted">{alertInWords(alert)}</span>
            </span>
            <span className="flex flex-wrap items-baseline gap-x-2 max-sm:mt-1 sm:block sm:w-44 sm:shrink-0 sm:text-right">
              <AgainstThreshold alert={alert} current={current} />
              <span
                className="block text-12 whitespace-nowrap text-faint numbers"
                title={exactTime(since)}
              >
                {lasting(now - since)}
              </span>
            </span>
          </span>
        </button>
        <span className="flex shrink-0 py-2.5 max-sm:py-1">
          {!alert.silenced && (
            <Button changes onClick={onSilence}>
              Silence
            </Button>
          )}
        </span>
      </div>
      {open && (
        <div
          id={details}
          className="flex flex-col gap-3 border-t border-line bg-page px-4 py-3 sm:pl-11"
        >
          <AlertFacts alert={alert} />
          {alert.state === "firing" && alert.acknowledged_at === undefined && (
            <Acknowledge id={alert.id} />
          )}
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
            {alert.rule_id !== undefined && <Button onClick={onRule}>Open the rule</Button>}
            <Link
              to="/requests"
              search={alert.model === undefined ? {} : { model: alert.model }}
              className="flex items-center font-medium text-accent hover:underline max-md:min-h-11"
            >
              {alert.model === undefined ? "The latest requests" : `Requests of ${alert.model}`}
            </Link>
          </div>
        </div>
      )}
    </li>
  );
}

/** For how long: "for 9 min". */
function lasting(ms: number): string {
  return ms < 1_000 ? "just now" : `for ${ago(ms).replace(" ago", "")}`;
}

interface AgainstThresholdProps {
  readonly alert: AlertUpdate;
  readonly current: number | undefined;
}

/** What is measured now and what it must not be; failing that, what it was at the alert's last change. */
function AgainstThreshold({ alert, current }: AgainstThresholdProps) {
  const value = current ?? alert.value;
  const { threshold } = alert;
  if (value === undefined) return null;
  return (
    <span className="block text-14 font-semibold whitespace-nowrap numbers">
      {current !== undefined && <span className="mr-1 text-12 font-normal text-faint">now</span>}
      {alertFigure(alert, value)}
      {threshold !== undefined && (
        <span className="ml-1 text-12 font-normal text-faint">
          <span className="sr-only">against </span>
          <span aria-hidden="true">/ </span>
          {alertFigure(alert, threshold)}
        </span>
      )}
      {current === undefined && (
        <span className="ml-1 text-12 font-normal text-faint sm:ml-0 sm:block">
          {alert.state === "firing" ? "when it fired" : "when it began"}
        </span>
      )}
    </span>
  );
}

function AlertFacts({ alert }: { readonly alert: AlertUpdate }) {
  const { started_at: started, fired_at: fired, resolved_at: resolved } = alert;
  const facts = [
    ["Held from", started === undefined ? undefined : exactTime(started)],
    ["Fired", fired === undefined ? undefined : exactTime(fired)],
    ["Resolved", resolved === undefined ? undefined : exactTime(resolved)],
    [
      "Acknowledged",
      alert.acknowledged_at === undefined ? undefined : exactTime(alert.acknowledged_at),
    ],
    ["Note", alert.acknowledged_note || undefined],
    [
      "Labels",
      alert.labels &&
        Object.entries(alert.labels)
          .map(([name, value]) => `${name}=${value}`)
          .join(", "),
    ],
  ].filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== "");
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-12">
      {facts.map(([name, text]) => (
        <div key={name} className="contents">
          <dt className="text-faint">{name}</dt>
          <dd className="break-words text-muted numbers">{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Acknowledge({ id }: { readonly id: string }) {
  const [note, setNote] = useState("");
  const [state, setState] = useState<"idle" | "sending" | string>("idle");
  const field = useId();
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setState("sending");
    try {
      await acknowledge(id, note);
      // The stream says that it is acknowledged, here and on every other page.
      setState("idle");
    } catch (error) {
      setState(error instanceof Error ? error.message : "It could not be sent.");
    }
  };
  const failed = state !== "idle" && state !== "sending";
  return (
    <form onSubmit={(event) => void send(event)} className="flex flex-wrap items-center gap-2">
      <label htmlFor={field} className="sr-only">
        Note
      </label>
      <input
        id={field}
        value={note}
        maxLength={2000}
        onChange={(event) => setNote(event.target.value)}
        placeholder="Note, such as who looks at it"
        className="h-8 min-w-0 flex-1 rounded-inner border border-line-strong bg-surface px-2.5 placeholder:text-faint sm:max-w-96 max-md:h-11 max-md:text-16"
      />
      <Button changes type="submit" disabled={state === "sending"}>
        Acknowledge
      </Button>
      {failed && (
        <p role="alert" className="w-full text-12 text-bad">
          {state}
        </p>
      )}
    </form>
  );
}
