import { limits } from "../../event.ts";
import type { NativeEvent } from "./schema.ts";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const amount: Check = (value) =>
  typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY;
const count: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const named = (most: number): Check => {
  return (value) => typeof value === "string" && value.length > 0 && value.length <= most;
};

/** What is right beyond doubt. Attributes, times as text and null are left to the schema. */
const checks: Readonly<Record<Exclude<keyof NativeEvent, "attributes">, Check>> = {
  id: named(limits.id),
  model: named(limits.model),
  created: amount,
  timestamp: amount,
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  cached_tokens: count,
  cache_write_tokens: count,
  reasoning_tokens: count,
  latency_ms: amount,
  ttft_ms: amount,
  streaming: flag,
  status: (value) => value === "success" || value === "error" || value === "in_progress",
  status_code: (value) => count(value) && Number(value) >= 100 && Number(value) <= 599,
  error_type: text,
  error_message: text,
  stack_trace: text,
  cost: amount,
  usage: (value) => value === "reported" || value === "estimated" || value === "unknown",
  provider: text,
  endpoint: text,
  finish_reason: text,
  user_id: text,
  organization_id: text,
  service: text,
  trace_id: text,
  response_id: text,
  api_key: text,
  queue_ms: amount,
  service_tier: text,
  demo: flag,
};

const checkOf: ReadonlyMap<string, Check> = new Map(Object.entries(checks));

/**
 * Whether the schema of native events would take `value` as it is, with every field known. Says no
 * in all doubt: then the schema decides, at many times the cost.
 */
export function isPlainEvent(value: unknown): value is NativeEvent {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  for (const name in fields) {
    if (checkOf.get(name)?.(fields[name]) !== true) return false;
  }
  return Object.hasOwn(fields, "model");
}
