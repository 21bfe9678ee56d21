import { array, number, object, optional, string, unknown } from "@telltale/protocol";
import type { RouteDescription } from "../describe.ts";

const accepted = object({
  accepted: number,
  duplicates: number,
  rejected: array(object({ index: number, error: string, path: string, line: optional(number) })),
  ignored: optional(array(string)),
});

const text = { type: "string" } as const;
const bytes = { type: "string", contentMediaType: "application/octet-stream" } as const;
const anything = { type: "object" } as const;

function door(summary: string, body: NonNullable<RouteDescription["body"]>): RouteDescription {
  return {
    summary,
    tag: "ingest",
    body,
    answers: { 202: { about: "What was stored, and what could not be", body: accepted } },
  };
}

const helicone = door("Helicone's manual log", { "application/json": anything });
const otlp = (what: string): RouteDescription => ({
  summary: `OTLP/HTTP ${what}, gzip understood`,
  tag: "ingest",
  body: { "application/json": anything, "application/x-protobuf": bytes },
  answers: { 200: { about: "Taken; partial success says what was not", body: anything } },
});

/** Descriptions of the routes whose bytes are not ours: doors in other people's formats, and the stream. */
export const doors: ReadonlyMap<string, RouteDescription> = new Map<string, RouteDescription>([
  [
    "POST /ingest/requests",
    door("Report requests: an object, an array of objects, or NDJSON", {
      "application/json": { oneOf: [anything, { type: "array", items: anything }] },
      "application/x-ndjson": text,
    }),
  ],
  ["POST /ingest/litellm", door("LiteLLM's generic callback", { "application/json": anything })],
  ["POST /custom/v1/log", helicone],
  ["POST /ingest/helicone", helicone],
  ["POST /ingest/helicone/custom/v1/log", helicone],
  ["POST /v1/traces", otlp("traces")],
  ["POST /api/public/otel/v1/traces", otlp("traces")],
  ["POST /v1/metrics", otlp("metrics")],
  ["POST /v1/logs", otlp("logs")],
  [
    "GET /api/v1/engines",
    {
      summary: "Engines as they are, and the scrape targets",
      tag: "live",
      answers: { 200: { about: "Engines and targets", body: anything } },
    },
  ],
  [
    "* /proxy/:name/*",
    {
      summary: "Calls to the upstream of this name, passed through and measured",
      tag: "ingest",
      answers: { 200: { about: "What the upstream answers, status and headers included" } },
    },
  ],
  [
    "GET /metrics/stream",
    {
      summary: "The stream: a WebSocket, server-sent events or long polls",
      tag: "live",
      description:
        "PROTOCOL.md has its messages. Long polls answer an array of envelopes. With `from`, and `to`, `speed` and `skip_gaps`, it is the past.",
      answers: {
        101: { about: "WebSocket" },
        200: {
          about: "Long poll",
          body: array(object({ type: string, data: unknown })),
        },
      },
    },
  ],
  [
    "GET /metrics",
    {
      summary: "Prometheus text format",
      tag: "server",
      answers: { 200: { about: "The exposition", type: "text/plain", body: text } },
    },
  ],
  [
    "GET /healthz",
    {
      summary: "Whether the server is alive",
      tag: "server",
      answers: { 200: { about: "It is", body: object({ status: string }) } },
    },
  ],
  [
    "GET /readyz",
    {
      summary: "Whether the server is ready",
      tag: "server",
      answers: { 200: { about: "It is; else 503", body: object({ status: string }) } },
    },
  ],
]);
