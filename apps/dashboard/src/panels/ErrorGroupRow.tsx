import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { ago } from "../format/duration.ts";
import { count } from "../format/number.ts";
import { exactTime, when } from "../format/time.ts";
import { type ErrorGroup, errorKey } from "./error-groups.ts";
import { ModelName } from "./ModelName.tsx";
import { Severity } from "./Severity.tsx";

interface ErrorGroupRowProps {
  readonly group: ErrorGroup;
  /** The server's time, Unix ms. */
  readonly now: number;
  /** All errors on show, for the group's share. */
  readonly total: number;
}

const SHOWN = 20;

/** One type of error: how often, how bad, the newest message; opened, each time it happened. */
export function ErrorGroupRow({ group, now, total }: ErrorGroupRowProps) {
  const [open, setOpen] = useState(false);
  const { newest, errors, models, statusCode, type } = group;
  const name = statusCode && String(statusCode) !== type ? `${statusCode} ${type}` : type;
  const list = `errors-${type}`;
  return (
    <li className="border-t border-line">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={list}
        onClick={() => setOpen(!open)}
        className="flex w-full items-start gap-3 px-4 py-3 text-left -outline-offset-2 hover:bg-raised"
      >
        <ChevronRight
          size={14}
          aria-hidden="true"
          className={`mt-[3px] shrink-0 text-faint transition-transform ${open ? "rotate-90" : ""}`}
        />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <span className="font-medium">{name}</span>
            <Severity severity={newest.severity} />
          </span>
          <span className="mt-0.5 line-clamp-2 text-muted">{newest.error_message}</span>
          <span className="mt-1 block truncate text-12 text-faint">
            {models.length > 0 ? models.join(", ") : "No model named"}
          </span>
        </span>
        <span className="shrink-0 text-right">
          <span
            className="block text-16 font-semibold numbers"
            title={`${((errors.length / total) * 100).toFixed(1)}% of the errors listed`}
          >
            {count(errors.length)}
          </span>
          <span
            className="block text-12 whitespace-nowrap text-faint numbers"
            title={exactTime(newest.timestamp)}
          >
            {ago(now - newest.timestamp)}
          </span>
        </span>
      </button>
      {open && (
        <ul id={list} className="border-t border-line bg-page">
          {errors.slice(0, SHOWN).map((error) => (
            <li
              key={errorKey(error)}
              className="flex flex-wrap items-center gap-x-4 gap-y-0.5 border-b border-line px-4 py-1.5 pl-11 last:border-b-0 max-md:py-2.5"
            >
              <time
                className="text-muted numbers"
                dateTime={new Date(error.timestamp).toISOString()}
                title={exactTime(error.timestamp)}
              >
                {when(error.timestamp, now)}
              </time>
              {error.model && (
                <span className="max-w-48 min-w-0">
                  <ModelName model={error.model} />
                </span>
              )}
              <span
                className="min-w-0 flex-1 basis-40 truncate text-muted"
                title={error.error_message}
              >
                {error.error_message}
              </span>
              {error.request_id && (
                <Link
                  to="/requests"
                  search={{ request: error.request_id }}
                  className="shrink-0 rounded-inner text-accent hover:underline"
                >
                  Request
                </Link>
              )}
            </li>
          ))}
          {errors.length > SHOWN && (
            <li className="px-4 py-2 pl-11 text-12 text-faint">
              {count(errors.length - SHOWN)} earlier ones are not listed.
            </li>
          )}
        </ul>
      )}
    </li>
  );
}
