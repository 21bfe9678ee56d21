import { cut, limits, type RequestFailure } from "../../event.ts";
import { count, text } from "./attributes.ts";
import type { Span } from "./span.ts";

export interface Outcome {
  readonly failure: RequestFailure | null;
  readonly statusCode: number | null;
}

const cancelled =
  /(^|\.)(abort(ed)?(error|exception)?|apiuseraborterror|cancell?ed(error|exception)?)$/i;

function httpStatus(value: number | undefined): number | undefined {
  return value !== undefined && value >= 100 && value <= 599 ? value : undefined;
}

/** The SDKs of OpenAI and Anthropic begin their messages with the status: `429 Rate limit…`, `Error code: 429 - …`. */
function statusIn(message: string): number | undefined {
  const digits = /^(?:Error code: )?([45]\d\d)\b/.exec(message)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * How a call ended. It failed when the span's status says so, when it has an `error.type`, or when
 * the HTTP status is 400 or above. An `exception` event alone is no failure: a retry may have
 * followed.
 */
export function outcomeOf(span: Span): Outcome {
  const { attributes } = span;
  const http = httpStatus(count(attributes, ["http.response.status_code", "http.status_code"]));
  const type = text(attributes, ["error.type"]);
  if (!span.failed && type === undefined && (http ?? 0) < 400)
    return { failure: null, statusCode: http ?? null };

  const exception = span.events.findLast((event) => event.name === "exception")?.attributes;
  const thrown = exception && text(exception, ["exception.type"]);
  const message =
    span.statusMessage ||
    (exception && text(exception, ["exception.message"])) ||
    text(attributes, ["error.message", "exception.message"]) ||
    "";
  const statusCode = http ?? httpStatus(Number(type)) ?? statusIn(message);
  const named = type === undefined || type === "_OTHER" ? thrown : type;
  const kind = named ?? (statusCode === undefined ? "error" : String(statusCode));
  const stack = exception && text(exception, ["exception.stacktrace"]);
  return {
    failure: {
      type: cut(cancelled.test(kind) ? "cancelled" : kind, limits.label),
      message: cut(message || kind, limits.message),
      ...(stack === undefined ? {} : { stack: cut(stack, limits.stack) }),
    },
    statusCode: statusCode ?? null,
  };
}
