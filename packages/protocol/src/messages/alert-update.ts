import { type Infer, number, object, oneOf, optional, string } from "../schema.ts";
import { severity } from "./error-update.ts";

/** One alert, keyed by `id`; a later update of the same id replaces the earlier one. */
export const alertUpdate = object({
  id: string,
  name: string,
  state: oneOf("pending", "firing", "resolved"),
  severity,
  message: string,
  /** When it entered this state, Unix ms. */
  timestamp: number,
  metric: optional(string),
  value: optional(number),
  threshold: optional(number),
  model: optional(string),
});

export type AlertUpdate = Infer<typeof alertUpdate>;
