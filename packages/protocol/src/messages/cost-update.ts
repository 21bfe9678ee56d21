import { type Infer, number, object, oneOf, record } from "../schema.ts";

/** Money spent in the trailing period, US dollars. */
export const costUpdate = object({
  period: oneOf("hour", "day", "week", "month"),
  total_cost: number,
  breakdown_by_model: record(number),
  breakdown_by_service: record(number),
  /** What 30 days cost at the pace of the last 24 hours (or of the time since the first request). */
  projected_monthly_cost: number,
});

/** The payload of `cost_update`: US dollars over a trailing period. */
export type CostUpdate = Infer<typeof costUpdate>;
