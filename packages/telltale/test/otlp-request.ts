import protobuf from "protobufjs/light.js";
import type { RequestEvent } from "../src/event.ts";
import { otlpDescriptor } from "../src/ingest/otlp/descriptor.ts";
import { type DecodedTraces, decodeTraces } from "../src/ingest/otlp/traces.ts";

/** Written by hand, so that tests do not depend on an exporter's choices. */
export interface SpanInput {
  name?: string;
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  startTimeUnixNano?: string | number;
  endTimeUnixNano?: string | number;
  attributes?: unknown;
  events?: unknown;
  status?: unknown;
}

/** 2026-11-23T07:00:00Z. */
export const startMs = 1_795_417_200_000;
const startNs = `${startMs}000000`;
export const traceId = "0af7651916cd43dd8448eb211c80319c";

function anyValue(value: unknown): unknown {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (Number.isInteger(value)) return { intValue: String(value) };
  if (typeof value === "number") return { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: attributes(Object(value)) } };
}

export function attributes(of: object): unknown[] {
  return Object.entries(of).map(([key, value]) => ({ key, value: anyValue(value) }));
}

let spans = 0;

/** A span of 1,500 ms. */
export function span(of: object, input: SpanInput = {}): object {
  spans += 1;
  return {
    traceId,
    spanId: spans.toString(16).padStart(16, "0"),
    name: "chat",
    startTimeUnixNano: startNs,
    endTimeUnixNano: `${startMs + 1_500}000000`,
    attributes: attributes(of),
    ...input,
  };
}

export function spanEvent(name: string, afterMs: number, of: object = {}): object {
  return { name, timeUnixNano: `${startMs + afterMs}000000`, attributes: attributes(of) };
}

export function requestOf(list: unknown, resource: object = { "service.name": "shop" }): object {
  return {
    resourceSpans: [
      { resource: { attributes: attributes(resource) }, scopeSpans: [{ spans: list }] },
    ],
  };
}

export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

const type = protobuf.Root.fromJSON(otlpDescriptor).lookupType("ExportTraceServiceRequest");

/** The same request in protobuf; field numbers are proven by the live exporter, not by this. */
export function toProtobuf(request: object): Buffer {
  const withBytes: unknown = JSON.parse(JSON.stringify(request), (key, value: unknown) =>
    /^(traceId|spanId|parentSpanId)$/.test(key) && typeof value === "string"
      ? Buffer.from(value, "hex").toString("base64")
      : value,
  );
  return Buffer.from(type.encode(type.fromObject(Object(withBytes))).finish());
}

export function decode(list: unknown, resource?: object): DecodedTraces {
  return decodeTraces(json(requestOf(list, resource)), "json");
}

/** The one request of a body with one call. */
export function onlyRequest(of: object, input?: SpanInput): RequestEvent {
  const { events, errorMessage } = decode([span(of, input)]);
  const [event] = events;
  if (event === undefined || events.length > 1)
    throw new Error(`${events.length} requests; ${errorMessage}`);
  return event;
}
