/**
 * A body, or a part of one, that is not what OTLP says it is. Answered with HTTP 400, which exporters
 * do not retry: the same bytes would fail again.
 */
export class OtlpError extends Error {
  override readonly name = "OtlpError";
  readonly statusCode = 400;
  /** Path in the request, such as `resourceSpans[0].scopeSpans[0].spans[3].attributes`; `body` for all of it. */
  readonly where: string;

  constructor(where: string, expected: string, received: string, hint?: string) {
    super(
      `${where}: expected ${expected}, got ${received}.${hint === undefined ? "" : ` ${hint}`}`,
    );
    this.where = where;
  }
}

/** The kind of a value for an error message. Never the value: it may be somebody's prompt. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "an array";
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === "string") return value === "" ? "an empty string" : "a string";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
