import type { Attributes } from "./attributes.ts";
import { kindOf, OtlpError } from "./error.ts";
import { listAt, objectAt, own } from "./fields.ts";
import { readAttributes } from "./value.ts";

/** A moment, ns since 1970; 0 when it was not told. */
type Nanoseconds = bigint;

export interface SpanEvent {
  readonly name: string;
  readonly time: Nanoseconds;
  readonly attributes: Attributes;
}

/** A span with what it shares with others of its resource. */
export interface Span {
  /** Path in the request, for messages. */
  readonly where: string;
  /** 32 hexadecimal digits, lower case. */
  readonly traceId: string;
  /** 16 hexadecimal digits, lower case. */
  readonly spanId: string;
  /** 16 hexadecimal digits; null for a root. */
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly start: Nanoseconds;
  readonly end: Nanoseconds;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  /** `STATUS_CODE_ERROR`. */
  readonly failed: boolean;
  readonly statusMessage: string;
  readonly resource: Attributes;
}

/** An id of `bytes` bytes as hexadecimal text; undefined when it is none, or all zero, which means none. */
function readId(value: unknown, bytes: number): string | undefined {
  const id =
    value instanceof Uint8Array
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")
      : typeof value === "string"
        ? value.toLowerCase()
        : "";
  return id.length === 2 * bytes && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id) ? id : undefined;
}

function readTime(value: unknown): Nanoseconds {
  if (typeof value === "string" && /^\d{1,20}$/.test(value)) return BigInt(value);
  return typeof value === "number" && Number.isSafeInteger(Math.trunc(value / 1e6)) && value > 0
    ? BigInt(Math.trunc(value))
    : 0n;
}

function readText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function readEvent(value: unknown, where: string): SpanEvent {
  const event = objectAt(value, where);
  return {
    name: readText(own(event, "name")),
    time: readTime(own(event, "timeUnixNano")),
    attributes: readAttributes(own(event, "attributes"), `${where}.attributes`),
  };
}

/** @throws {OtlpError} when it has no ids or its attributes are no list. */
export function readSpan(value: unknown, where: string, resource: Attributes): Span {
  const span = objectAt(value, where);
  const traceId = readId(own(span, "traceId"), 16);
  const spanId = readId(own(span, "spanId"), 8);
  if (traceId === undefined)
    throw new OtlpError(
      `${where}.traceId`,
      "32 hexadecimal digits (16 bytes in protobuf), not all zero",
      kindOf(own(span, "traceId")),
      "Are these logs or metrics? Only traces belong here.",
    );
  if (spanId === undefined)
    throw new OtlpError(
      `${where}.spanId`,
      "16 hexadecimal digits (8 bytes in protobuf), not all zero",
      kindOf(own(span, "spanId")),
    );
  const rawStatus = own(span, "status");
  const status = rawStatus === undefined ? {} : objectAt(rawStatus, `${where}.status`);
  const code = own(status, "code");
  return {
    where,
    traceId,
    spanId,
    parentSpanId: readId(own(span, "parentSpanId"), 8) ?? null,
    name: readText(own(span, "name")),
    start: readTime(own(span, "startTimeUnixNano")),
    end: readTime(own(span, "endTimeUnixNano")),
    attributes: readAttributes(own(span, "attributes"), `${where}.attributes`),
    events: listAt(own(span, "events"), `${where}.events`, "events").map((event, index) =>
      readEvent(event, `${where}.events[${index}]`),
    ),
    failed: code === 2 || code === "STATUS_CODE_ERROR",
    statusMessage: readText(own(status, "message")),
    resource,
  };
}

/** ms from `from` to `to`; undefined when one is unknown or the clock went back. */
export function milliseconds(from: Nanoseconds, to: Nanoseconds): number | undefined {
  return from === 0n || to < from ? undefined : Number(to - from) / 1e6;
}
