import type { RequestEvent } from "../../event.ts";
import type { SpanLink } from "../../intake.ts";
import { kindOf, OtlpError } from "./error.ts";
import { listAt, namesOf, objectAt, own } from "./fields.ts";
import { type Call, distinctCalls } from "./nesting.ts";
import { type Role, roleOf } from "./operation.ts";
import { requestOf } from "./request.ts";
import { readSpan, type Span } from "./span.ts";
import { translated } from "./translate.ts";
import { readAttributes } from "./value.ts";
import { type OtlpFormat, parseBody } from "./wire.ts";

export interface DecodedTraces {
  /** One per call of a model, in the order of their spans. */
  readonly events: RequestEvent[];
  /** Where every span of the body stands, calls or not. */
  readonly links: SpanLink[];
  /** Spans in the body, calls or not. */
  readonly spans: number;
  readonly rejectedSpans: number;
  /** Why the first was rejected, and how many more were; empty when none was. */
  readonly errorMessage: string;
}

/** @throws {OtlpError} */
function resourceSpansOf(body: unknown): readonly unknown[] {
  const request = objectAt(body, "body");
  const list = own(request, "resourceSpans");
  if (list !== undefined) return listAt(list, "resourceSpans", "ResourceSpans");
  const keys = namesOf(request);
  if (keys.length === 0) return [];
  const other = keys.find((name) => name === "resourceLogs" || name === "resourceMetrics");
  throw new OtlpError(
    "body",
    "an object with resourceSpans",
    other ?? `an object without it`,
    other === undefined ? undefined : "Only traces belong here.",
  );
}

/** Spans that can be read, and an error for each that cannot. */
function readSpans(body: unknown): { spans: Span[]; faults: OtlpError[] } {
  const spans: Span[] = [];
  const faults: OtlpError[] = [];
  resourceSpansOf(body).forEach((entry, r) => {
    const at = `resourceSpans[${r}]`;
    const group = objectAt(entry, at);
    const rawResource = own(group, "resource");
    const resource = rawResource === undefined ? {} : objectAt(rawResource, `${at}.resource`);
    const shared = readAttributes(own(resource, "attributes"), `${at}.resource.attributes`);
    listAt(own(group, "scopeSpans"), `${at}.scopeSpans`, "ScopeSpans").forEach((scopeEntry, s) => {
      const scopeAt = `${at}.scopeSpans[${s}]`;
      const list = own(objectAt(scopeEntry, scopeAt), "spans");
      listAt(list, `${scopeAt}.spans`, "spans").forEach((span, i) => {
        collect(faults, () =>
          spans.push(translated(readSpan(span, `${scopeAt}.spans[${i}]`, shared))),
        );
      });
    });
  });
  return { spans, faults };
}

function collect(faults: OtlpError[], read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof OtlpError)) throw error;
    faults.push(error);
  }
}

/**
 * The calls of models in an OTLP/HTTP trace export (`POST /v1/traces`): OpenTelemetry GenAI in its old
 * and new names, OpenInference, OpenLLMetry, OpenLIT, Langfuse and Vercel AI SDK attributes. Prompts
 * and completions are not read. Other spans are accepted and ignored; a faulty one is rejected alone.
 *
 * @throws {OtlpError} when the body cannot be decoded, or none of its spans is one.
 */
export function decodeTraces(body: Uint8Array, format: OtlpFormat): DecodedTraces {
  const request = parseBody(body, format);
  if (
    body.length > 0 &&
    format === "protobuf" &&
    Object.keys(objectAt(request, "body")).length === 0
  )
    throw new OtlpError("body", "a protobuf ExportTraceServiceRequest", kindOf(body));
  const { spans, faults } = readSpans(request);
  const [first] = faults;
  if (spans.length === 0 && first !== undefined) throw first;
  const total = spans.length + faults.length;

  const roles = new Map<Span, Role>(spans.map((span) => [span, roleOf(span)]));
  const calls: Call[] = [];
  for (const [span, role] of roles) {
    if (role === null || role === "tool") continue;
    collect(faults, () => calls.push({ span, request: requestOf(span, role) }));
  }
  return {
    events: distinctCalls(spans, (span) => roles.get(span) ?? null, calls),
    links: Array.from(roles, ([{ traceId, spanId, parentSpanId }, role]) => {
      return { traceId, spanId, parentSpanId, tool: role === "tool" };
    }),
    spans: total,
    rejectedSpans: faults.length,
    errorMessage: summary(faults),
  };
}

function summary([first, ...others]: readonly OtlpError[]): string {
  if (first === undefined) return "";
  return others.length === 0 ? first.message : `${first.message} (and ${others.length} more)`;
}
