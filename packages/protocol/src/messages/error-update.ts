import { type Infer, number, object, oneOf, optional, string } from "../schema.ts";

/** How bad an error is, the least first. */
export const severity = oneOf("low", "medium", "high", "critical");

/** One failed request or one failure reported by itself. */
export const errorUpdate = object({
  error_type: string,
  error_message: string,
  model: optional(string),
  /** Unix ms. */
  timestamp: number,
  stack_trace: optional(string),
  request_id: optional(string),
  severity,
  provider: optional(string),
  /** HTTP status of the answer. */
  status_code: optional(number),
});

/** `low`, `medium`, `high` or `critical`. */
export type Severity = Infer<typeof severity>;
/** The payload of `error_update`: one error as it happened. */
export type ErrorUpdate = Infer<typeof errorUpdate>;
