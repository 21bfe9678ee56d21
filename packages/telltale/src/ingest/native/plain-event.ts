import { limits, most } from "../../event.ts";
import type { NativeEvent } from "./schema.ts";

/** 1 for what is right beyond doubt, 0 for what is absent, NaN for all else. */
type Check = (value: unknown) => number;

const is = (right: boolean): number => (right ? 1 : Number.NaN);
const text: Check = (value) => (value === undefined ? 0 : is(typeof value === "string"));
const flag: Check = (value) => (value === undefined ? 0 : is(typeof value === "boolean"));
const upTo = (value: unknown, max: number): number =>
  value === undefined ? 0 : is(typeof value === "number" && value >= 0 && value <= max);
const ms: Check = (value) => upTo(value, most.ms);
const count: Check = (value) =>
  value === undefined ? 0 : is(Number.isSafeInteger(value) && Number(value) >= 0);
const named = (value: unknown, most: number): number =>
  is(typeof value === "string" && value.length > 0 && value.length <= most);

const statusCode: Check = (value) => {
  const code = count(value);
  return code === 1 ? is(Number(value) >= 100 && Number(value) <= 599) : code;
};
const status: Check = (value) =>
  value === undefined ? 0 : is(value === "success" || value === "error" || value === "in_progress");
const quality: Check = (value) =>
  value === undefined
    ? 0
    : is(value === "reported" || value === "estimated" || value === "unknown");

type Fields = Readonly<Partial<Record<keyof NativeEvent, unknown>>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How many fields are right. Attributes, times as text and null are left to the schema. */
function right(fields: Fields): number {
  return (
    (fields.id === undefined ? 0 : named(fields.id, limits.id)) +
    named(fields.model, limits.model) +
    ms(fields.created) +
    ms(fields.timestamp) +
    count(fields.prompt_tokens) +
    count(fields.completion_tokens) +
    count(fields.total_tokens) +
    count(fields.cached_tokens) +
    count(fields.cache_write_tokens) +
    count(fields.reasoning_tokens) +
    ms(fields.latency_ms) +
    ms(fields.ttft_ms) +
    flag(fields.streaming) +
    status(fields.status) +
    statusCode(fields.status_code) +
    text(fields.error_type) +
    text(fields.error_message) +
    text(fields.stack_trace) +
    upTo(fields.cost, most.dollars) +
    quality(fields.usage) +
    text(fields.provider) +
    text(fields.endpoint) +
    text(fields.finish_reason) +
    text(fields.user_id) +
    text(fields.organization_id) +
    text(fields.service) +
    text(fields.trace_id) +
    text(fields.response_id) +
    text(fields.api_key) +
    ms(fields.queue_ms) +
    text(fields.service_tier) +
    flag(fields.demo)
  );
}

/**
 * Whether the schema of native events would take `value` as it is, with every field known. Says no
 * in all doubt: then the schema decides, at many times the cost.
 */
export function isPlainEvent(value: unknown): value is NativeEvent {
  if (!isFields(value)) return false;
  let fields = 0;
  for (const _ in value) fields++;
  return right(value) === fields;
}
