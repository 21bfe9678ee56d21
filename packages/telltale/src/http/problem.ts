/**
 * An error answer (RFC 9457, problem details).
 *
 * Every problem this server answers with is a row of {@link problems}; docs/errors.md lists them, and
 * a test keeps the two equal.
 */
export interface Problem {
  readonly status: number;
  readonly title: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
}

export const problems = {
  invalid_body: { status: 400, title: "The body could not be read", retryable: false },
  invalid_events: { status: 400, title: "No event of the body could be taken", retryable: false },
  invalid_query: { status: 400, title: "A query parameter is wrong", retryable: false },
  key_required: { status: 401, title: "A key is needed", retryable: false },
  invalid_key: { status: 401, title: "This key is not known", retryable: false },
  key_expired: { status: 401, title: "This key has expired", retryable: false },
  scope_missing: { status: 403, title: "The key may not do this", retryable: false },
  forbidden_origin: { status: 403, title: "This origin may not use this server", retryable: false },
  not_found: { status: 404, title: "There is nothing at this address", retryable: false },
  unknown_upstream: { status: 404, title: "No such upstream is configured", retryable: false },
  method_not_allowed: {
    status: 405,
    title: "This address does not take this method",
    retryable: false,
  },
  conflict: { status: 409, title: "What there is already stands against it", retryable: false },
  too_many: { status: 409, title: "There are as many as there may be", retryable: false },
  body_too_large: { status: 413, title: "The body is too large", retryable: false },
  unsupported_encoding: {
    status: 415,
    title: "The content encoding is not supported",
    retryable: false,
  },
  unsupported_media_type: {
    status: 415,
    title: "The content type is not supported",
    retryable: false,
  },
  upgrade_required: { status: 426, title: "This address speaks WebSocket", retryable: false },
  too_many_attempts: {
    status: 429,
    title: "Too many keys that are none came from this address",
    retryable: true,
  },
  internal: { status: 500, title: "The server failed", retryable: true },
  overloaded: { status: 503, title: "Too many events wait to be stored", retryable: true },
  storage_full: {
    status: 503,
    title: "The disk is full; events are refused until there is room",
    retryable: true,
  },
  storage_failed: { status: 503, title: "The events could not be stored", retryable: true },
  replays_busy: { status: 503, title: "Too many replays run", retryable: true },
  not_ready: { status: 503, title: "The server is starting", retryable: true },
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof problems;

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly [extension: string]: unknown;
}

/** Thrown by routes; the error handler turns it into the answer. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    extensions: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.code = code;
    this.extensions = extensions;
    this.headers = headers;
  }

  get status(): number {
    return problems[this.code].status;
  }

  body(): ProblemBody {
    const { title, status } = problems[this.code];
    return {
      ...this.extensions,
      type: `urn:telltale:problem:${this.code}`,
      title,
      status,
      detail: this.message,
    };
  }
}

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";
