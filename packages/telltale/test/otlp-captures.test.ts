import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { RequestEvent } from "../src/event.ts";
import { decodeTraces } from "../src/ingest/otlp/traces.ts";
import { toProtobuf } from "./otlp-request.ts";

const folder = resolve(import.meta.dirname, "../../../../shared/data/otlp");

function read(name: string): Buffer {
  return readFileSync(resolve(folder, name));
}

/** What matters of a request: model, status, tokens (uncached, read, out, reasoning), streaming, TTFT, failure, HTTP status. */
function essence(event: RequestEvent): unknown[] {
  const { usage } = event;
  return [
    event.model,
    event.status,
    usage && [usage.input, usage.cacheRead, usage.output, usage.reasoning],
    event.streaming,
    event.ttftMs === null ? null : Math.round(event.ttftMs),
    event.failure?.type ?? null,
    event.statusCode,
  ];
}

const dated = "gpt-4o-mini-2024-07-18";
const openTelemetry = [
  [dated, "success", [100, 0, 12, 0], false, null, null, null],
  [dated, "success", [100, 0, 12, 0], false, null, null, null],
  [dated, "success", null, false, null, null, null],
  ["err-429", "error", null, false, null, "RateLimitError", 429],
  [dated, "success", [100, 0, 12, 0], false, null, null, null],
  [dated, "success", [100, 0, 12, 0], false, null, null, null],
];

const captures: [file: string, spans: number, requests: unknown[][]][] = [
  ["otel-openai-traces.json", 6, openTelemetry],
  ["otel-openai-traces.pb", 6, openTelemetry],
  [
    "openinference-openai-traces.json",
    4,
    [
      [dated, "success", [36, 64, 12, 4], false, null, null, null],
      ["gpt-4o-mini", "success", null, true, null, null, null],
      ["gpt-4o-mini", "success", null, true, null, null, null],
      [dated, "success", [36, 64, 12, 4], false, null, null, null],
    ],
  ],
  ["vercel-ai-sdk5-1.json", 1, [[dated, "success", [100, 0, 12, 0], false, null, null, null]]],
  ["vercel-ai-sdk5-2.json", 1, []],
  ["vercel-ai-sdk5-3.json", 1, [[dated, "success", [36, 64, 12, 4], true, 99, null, null]]],
  ["vercel-ai-sdk5-4.json", 1, []],
  ["vercel-ai-sdk5-5.json", 1, [["err-429", "error", null, false, null, "AI_APICallError", null]]],
  ["vercel-ai-sdk5-6.json", 1, []],
];

describe.runIf(existsSync(folder))("captures of real exporters", () => {
  test.each(captures)("%s yields exactly its calls", (file, spans, requests) => {
    const format = file.endsWith(".pb") ? "protobuf" : "json";
    const decoded = decodeTraces(read(file), format);
    expect(decoded.events.map(essence)).toEqual(requests);
    expect(decoded).toMatchObject({ spans, rejectedSpans: 0, errorMessage: "" });
    for (const event of decoded.events) {
      expect(event).toMatchObject({ source: "otlp", provider: "openai", endpoint: "chat" });
      expect(event.service).toMatch(/^e2e-/);
      expect(event.usageQuality).toBe(event.usage === null ? "unknown" : "reported");
      expect(event.id).toMatch(/^otlp-[0-9a-f]{32}-[0-9a-f]{16}(-[0-9a-f]{16})?$/);
    }
  });

  test.each(captures.filter(([file]) => file.endsWith(".json")))(
    "%s says the same in protobuf",
    (file) => {
      const body = read(file);
      const fromProtobuf = decodeTraces(toProtobuf(JSON.parse(body.toString())), "protobuf");
      expect(fromProtobuf).toEqual(decodeTraces(body, "json"));
    },
  );

  test("[D4] the AI SDK's inner and outer spans in one batch are three calls, not six", () => {
    const resourceSpans = [1, 2, 3, 4, 5, 6].flatMap(
      (n) => JSON.parse(read(`vercel-ai-sdk5-${n}.json`).toString()).resourceSpans,
    );
    const { events, spans } = decodeTraces(Buffer.from(JSON.stringify({ resourceSpans })), "json");
    expect(spans).toBe(6);
    expect(events.map((event) => event.userId)).toEqual(["user-42", "user-42", "user-42"]);
  });

  test("no prompt or completion is in what comes out", () => {
    for (const [file] of captures) {
      const format = file.endsWith(".pb") ? "protobuf" : "json";
      const out = JSON.stringify(decodeTraces(read(file), format).events);
      expect(out).not.toContain("hello world");
      expect(out).not.toContain('"hi"');
    }
  });

  test("metrics posted as traces are refused with where they belong", () => {
    expect(() => decodeTraces(read("otel-openai-metrics.json"), "json")).toThrow(
      /resourceSpans, got resourceMetrics/,
    );
  });
});
