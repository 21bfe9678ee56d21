import { randomUUID } from "node:crypto";
import type { z } from "zod";
import {
  boundedAttributes,
  cut,
  keyLabel,
  limits,
  type RequestEvent,
  type TokenUsage,
  whole,
} from "../../event.ts";
import type { Read, Refusal } from "../reports.ts";
import { isPlainEvent } from "./plain-event.ts";
import { type NativeEvent, nativeEvent } from "./schema.ts";

/** Numbers below this are taken for seconds: as milliseconds they would lie before April 1973. */
const SECONDS_BELOW = 1e11;

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
  const told = timeOf(fields.created ?? fields.timestamp);
  return {
    event: {
      id: fields.id ? whole(fields.id) : randomUUID(),
      source: "native",
      model: whole(fields.model),
      status,
      created: told ?? now - (fields.latency_ms ?? 0),
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
      // What gets its id here is not told again.
      undated: (told === null && typeof fields.id === "string") || undefined,
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
