import type { ServerResponse } from "node:http";
import type { RequestFailure } from "../../event.ts";

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  /** What happened, with which upstream, and what to do. */
  readonly detail: string;
}

/**
 * Answers with problem details (RFC 9457). The extra member `error` is where the OpenAI and
 * Anthropic SDKs look for the message they show.
 */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  const { status, code, title, detail } = problem;
  const body = JSON.stringify({
    type: `urn:telltale:problem:${code}`,
    title,
    status,
    detail,
    code,
    error: { message: detail, type: code, code, param: null },
  });
  response.writeHead(status, {
    "content-type": "application/problem+json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}

/** What went wrong between the proxy and an upstream. */
export interface UpstreamFault {
  /** `error.type` of the event, such as `ECONNREFUSED`. */
  readonly type: string;
  readonly timeout: boolean;
}

const DISCONNECTED = "upstream_disconnected";

const timeouts: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: "connect_timeout",
  UND_ERR_HEADERS_TIMEOUT: "headers_timeout",
  UND_ERR_BODY_TIMEOUT: "body_timeout",
  ETIMEDOUT: "connect_timeout",
};

export function faultOf(error: Error): UpstreamFault {
  const code = codeOf(error);
  if (code === null) return { type: error.name, timeout: false };
  const timeout = timeouts[code];
  if (timeout !== undefined) return { type: timeout, timeout: true };
  // The upstream closed the connection: undici's own name says little.
  return { type: code === "UND_ERR_SOCKET" ? DISCONNECTED : code, timeout: false };
}

const titleOf = ({ timeout }: UpstreamFault): string =>
  timeout ? "Upstream timed out" : "Upstream unreachable";

/** The failure of the event; `begun`: a part of the answer has come. */
export function failureOf(fault: UpstreamFault, begun: boolean): RequestFailure {
  const closed = fault.type === DISCONNECTED || (begun && !fault.timeout);
  return closed
    ? {
        type: DISCONNECTED,
        message: `The upstream closed the connection before ${begun ? "the answer was complete" : "it answered"}`,
      }
    : { type: fault.type, message: `${titleOf(fault)}: ${fault.type}` };
}

function codeOf(error: Error): string | null {
  if ("code" in error && typeof error.code === "string") return error.code;
  // Several addresses were tried.
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? codeOf(first) : null;
}

/** The answer for a call whose upstream gave none. */
export function problemOf(fault: UpstreamFault, name: string, origin: string): Problem {
  const where = `the upstream "${name}" at ${origin}`;
  const setting = `the upstream's address in Telltale's configuration (for example TELLTALE_PROXY_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}_URL)`;
  if (fault.timeout) {
    return {
      status: 504,
      code: fault.type,
      title: titleOf(fault),
      detail: `Telltale forwarded the request, but ${where} did not answer in time (${fault.type}). Try again; if it stays so, check that the upstream is healthy and ${setting}.`,
    };
  }
  return {
    status: 502,
    code: fault.type,
    title: titleOf(fault),
    detail: `Telltale could not get an answer from ${where} (${fault.type}). Check that it is running and reachable from this machine, and ${setting}.`,
  };
}
