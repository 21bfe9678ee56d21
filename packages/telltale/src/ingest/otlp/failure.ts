import { cut, limits, type RequestFailure } from "../../event.ts";
import { count, text } from "./attributes.ts";
import { finishReasonOf } from "./finish-reason.ts";
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
 * How a call ended. It failed when the span's status says so, when it has an `error.type`, when the
 * HTTP status is 400 or above, or when it ended by an error in Langfuse's or the AI SDK's own words,
 * which leave the status alone. An `exception` event by itself is no failure: a retry may have
 * followed.
 */
export function outcomeOf(span: Span): Outcome {
  const { attributes } = span;
  const http = httpStatus(count(attributes, ["http.response.status_code", "http.status_code"]));
  const type = text(attributes, ["error.type"]);
  const told =
    text(attributes, ["langfuse.observation.level"]) === "ERROR" ||
    finishReasonOf(span) === "error";
  if (!span.failed && !told && type === undefined && (http ?? 0) < 400)
    return { failure: null, statusCode: http ?? null };

  const exception = span.events.findLast((event) => event.name === "exception")?.attributes;
  const thrown = exception && text(exception, ["exception.type"]);
  const [message, trace] = apart(
    span.statusMessage ||
      (exception && text(exception, ["exception.message"])) ||
      text(attributes, [
        "error.message",
        "exception.message",
        "langfuse.observation.status_message",
      ]) ||
      "",
  );
  const statusCode = http ?? httpStatus(Number(type)) ?? statusIn(message);
  const named = type === undefined || type === "_OTHER" ? thrown : type;
  const kind = named ?? (statusCode === undefined ? "error" : String(statusCode));
  const stack = (exception && text(exception, ["exception.stacktrace"])) ?? trace;
  return {
    failure: {
      type: cut(cancelled.test(kind) ? "cancelled" : kind, limits.label),
      message: cut(message || kind, limits.message),
      ...(stack === undefined ? {} : { stack: cut(stack, limits.stack) }),
    },
    statusCode: statusCode ?? null,
  };
}

/** A message, and the stack that some emitters (LangChain's) write behind it. */
function apart(message: string): readonly [string, string | undefined] {
  const at = message.search(/\n\s+at /);
  return at < 0 ? [message, undefined] : [message.slice(0, at).trimEnd(), message];
}
