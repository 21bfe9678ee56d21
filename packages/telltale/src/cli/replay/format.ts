/** A request of a trace, before its time is moved to now. */
export interface TraceRequest {
  /** When it began, ms from any origin. */
  readonly at: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Fields of `request_update`, without `id` and `created`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export type Reader = (line: string) => TraceRequest;

/** What is wrong with a line; the reader knows neither its file nor its number. */
export class FieldError extends Error {
  override readonly name = "FieldError";
  readonly column: string | null;

  constructor(column: string | null, problem: string) {
    super(problem);
    this.column = column;
  }
}

export interface TraceFormat {
  /** As it is listed to somebody whose file is none of them. */
  readonly description: string;
  /** The reader for a file whose first line is this one; null when it is another format. */
  detect(firstLine: string): { readonly reader: Reader; readonly headed: boolean } | null;
}

export function tokens(column: string, value: unknown): number {
  const count = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof count === "number" && Number.isSafeInteger(count) && count >= 0) return count;
  throw new FieldError(
    column,
    `expected a whole number of tokens, not ${JSON.stringify(value) ?? "nothing"}`,
  );
}
