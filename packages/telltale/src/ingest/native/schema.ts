import { z } from "zod";
import { limits, most } from "../../event.ts";

const count = z.int().nonnegative().nullish();
const milliseconds = z.number().nonnegative().max(most.ms).nullish();
const label = z.string().nullish();

const attribute = z
  .union([z.string(), z.number(), z.boolean()], { error: "expected text, a number or a boolean" })
  .nullish();

const TIME = {
  error: "expected Unix time in ms or s, or an RFC 3339 time such as 2026-01-31T12:00:00Z",
};

const time = z
  .union(
    [
      z.number(TIME).nonnegative(TIME).max(most.ms, TIME),
      z.iso.datetime({ ...TIME, offset: true, local: true }),
    ],
    TIME,
  )
  .nullish();

/**
 * One event of `POST /ingest/requests`: the fields of a `request_update`, of which only `model` is
 * required. Null and absent mean unknown. Fields it does not name are ignored.
 */
export const nativeEvent = z.object({
  id: z.string().min(1).max(limits.id).nullish(),
  model: z.string().min(1).max(limits.model),
  created: time,
  timestamp: time,
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  cached_tokens: count,
  cache_write_tokens: count,
  reasoning_tokens: count,
  latency_ms: milliseconds,
  ttft_ms: milliseconds,
  streaming: z.boolean().nullish(),
  status: z.enum(["success", "error", "in_progress"]).nullish(),
  status_code: z.int().min(100).max(599).nullish(),
  error_type: label,
  error_message: label,
  stack_trace: label,
  cost: z.number().nonnegative().max(most.dollars).nullish(),
  usage: z.enum(["reported", "estimated", "unknown"]).nullish(),
  provider: label,
  endpoint: label,
  finish_reason: label,
  user_id: label,
  organization_id: label,
  service: label,
  trace_id: label,
  response_id: label,
  api_key: label,
  queue_ms: milliseconds,
  service_tier: label,
  attributes: z.record(z.string(), attribute).nullish(),
  demo: z.boolean().nullish(),
});

export type NativeEvent = z.infer<typeof nativeEvent>;
