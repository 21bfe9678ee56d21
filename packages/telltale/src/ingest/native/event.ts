import { randomUUID } from "node:crypto";
import { z } from "zod";
import {
  boundedAttributes,
  cut,
  keyLabel,
  limits,
  type RequestEvent,
  type TokenUsage,
} from "../../event.ts";
import type { Read, Refusal } from "../reports.ts";
import { isPlainEvent } from "./plain-event.ts";

/** Numbers below this are taken for seconds: as milliseconds they would lie before April 1973. */
const SECONDS_BELOW = 1e11;

const count = z.int().nonnegative().nullish();
const milliseconds = z.number().nonnegative().nullish();
const label = z.string().nullish();

const attribute = z
  .union([z.string(), z.number(), z.boolean()], { error: "expected text, a number or a boolean" })
  .nullish();

const TIME = {
  error: "expected Unix time in ms or s, or an RFC 3339 time such as 2026-01-31T12:00:00Z",
};

const time = z
  .union(
    [z.number(TIME).nonnegative(TIME), z.iso.datetime({ ...TIME, offset: true, local: true })],
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
  cost: z.number().nonnegative().nullish(),
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

const FIELDS = new Set(Object.keys(nativeEvent.shape));

/** Names in an event that mean nothing here; a misspelt one would be lost without a word. */
export function unknownFields(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.keys(value).filter((name) => !FIELDS.has(name));
}

/** Reads one event; `now` is its end when it does not say when it began. */
export function readNativeEvent(value: unknown, now: number): Read {
  if (isPlainEvent(value)) return readFields(value, now);
  const parsed = nativeEvent.safeParse(value, { reportInput: false });
  if (!parsed.success) return { refusal: refusalOf(parsed.error, value) };
  const read = readFields(parsed.data, now);
  return "event" in read ? { ...read, ignored: unknownFields(value) } : read;
}

function readFields(fields: NativeEvent, now: number): Read {
  const usage = usageOf(fields);
  if ("refusal" in usage) return usage;
  const status = fields.status ?? (fields.error_message || fields.error_type ? "error" : "success");
  const created = timeOf(fields.created ?? fields.timestamp) ?? now - (fields.latency_ms ?? 0);
  return {
    event: {
      id: fields.id ?? randomUUID(),
      source: "native",
      model: fields.model,
      status,
      created,
      latencyMs: fields.latency_ms ?? null,
      ttftMs: fields.ttft_ms ?? null,
      streaming: fields.streaming ?? false,
      usage: usage.usage,
      usageQuality: usage.usage === null ? "unknown" : (fields.usage ?? "reported"),
      cost: fields.cost ?? null,
      failure: status === "error" ? failureOf(fields) : null,
      statusCode: fields.status_code ?? null,
      provider: labelOf(fields.provider),
      endpoint: labelOf(fields.endpoint),
      finishReason: labelOf(fields.finish_reason),
      userId: labelOf(fields.user_id),
      organizationId: labelOf(fields.organization_id),
      service: labelOf(fields.service),
      traceId: labelOf(fields.trace_id),
      responseId: labelOf(fields.response_id),
      apiKey: keyLabel(fields.api_key),
      queueMs: fields.queue_ms ?? null,
      serviceTier: labelOf(fields.service_tier),
      attributes: attributesOf(fields),
      demo: fields.demo ?? false,
    },
  };
}

/** Tokens come inclusive (OpenAI's convention) and are kept exclusive. */
function usageOf(fields: NativeEvent): { usage: TokenUsage | null } | { refusal: Refusal } {
  const { total_tokens: total } = fields;
  let prompt = fields.prompt_tokens ?? undefined;
  let completion = fields.completion_tokens ?? undefined;
  if (total !== null && total !== undefined) {
    if (prompt === undefined && completion !== undefined) prompt = Math.max(0, total - completion);
    else if (completion === undefined && prompt !== undefined)
      completion = Math.max(0, total - prompt);
    else if (prompt === undefined) prompt = total; // Which part was output nobody knows; the sum is right.
  }
  if (prompt === undefined && completion === undefined) return { usage: null };
  prompt ??= 0;
  completion ??= 0;
  const cacheRead = fields.cached_tokens ?? 0;
  const cacheWrite = fields.cache_write_tokens ?? 0;
  const reasoning = fields.reasoning_tokens ?? 0;
  if (cacheRead + cacheWrite > prompt) {
    return refuse("cached_tokens", "is part of prompt_tokens and can not exceed it");
  }
  if (reasoning > completion) {
    return refuse("reasoning_tokens", "is part of completion_tokens and can not exceed it");
  }
  return {
    usage: {
      input: prompt - cacheRead - cacheWrite,
      cacheRead,
      cacheWrite,
      output: completion,
      reasoning,
    },
  };
}

function attributesOf({ attributes }: NativeEvent): RequestEvent["attributes"] {
  if (!attributes) return null;
  return boundedAttributes(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, String(value)] as const],
    ),
  );
}

function failureOf(fields: NativeEvent): RequestEvent["failure"] {
  const type = fields.error_type || fields.status_code?.toString() || "_OTHER";
  const failure = {
    type: cut(type, limits.label),
    message: cut(fields.error_message || "No error message was given", limits.message),
  };
  return fields.stack_trace
    ? { ...failure, stack: cut(fields.stack_trace, limits.stack) }
    : failure;
}

function timeOf(value: number | string | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string")
    return Date.parse(/[zZ]|[+-]\d\d:\d\d$/.test(value) ? value : `${value}Z`);
  return Math.round(value < SECONDS_BELOW ? value * 1000 : value);
}

function labelOf(text: string | null | undefined): string | null {
  return text ? cut(text, limits.label) : null;
}

function refuse(path: string, reason: string): { refusal: Refusal } {
  return { refusal: { path, error: `${path}: ${reason}` } };
}

function refusalOf(error: z.ZodError, value: unknown): Refusal {
  const issue = error.issues[0];
  const path = issue?.path.join(".") ?? "";
  if (path === "")
    return { path, error: `expected an object with at least "model", received ${nameOf(value)}` };
  const missing =
    issue?.path.length === 1 &&
    typeof value === "object" &&
    value !== null &&
    !Object.hasOwn(value, path);
  const reason = missing ? "is required" : (issue?.message ?? "is wrong");
  return { path, error: `${path}: ${reason}` };
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
