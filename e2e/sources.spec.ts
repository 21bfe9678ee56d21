import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { amount, figure, modelRow } from "./dashboard-page.ts";
import { expect, test } from "./fixtures.ts";

const run = promisify(execFile);
const data = path.resolve("../shared/data");

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: string | number };
}

interface Capture {
  resourceSpans: { scopeSpans: { spans: { attributes?: Attribute[] }[] }[] }[];
}

/** What a capture says for itself, read in the plainest way. */
function callsIn(capture: Capture): { model: string; input: number; output: number }[] {
  const spans = capture.resourceSpans.flatMap((one) => one.scopeSpans.flatMap((it) => it.spans));
  const read = (attributes: Attribute[], key: string) =>
    attributes.find((attribute) => attribute.key === key)?.value;
  return spans.flatMap(({ attributes = [] }) => {
    const model =
      read(attributes, "gen_ai.response.model")?.stringValue ??
      read(attributes, "gen_ai.request.model")?.stringValue;
    if (model === undefined) return [];
    const count = (key: string): number => Number(read(attributes, key)?.intValue ?? 0);
    return [
      {
        model,
        input: count("gen_ai.usage.input_tokens"),
        output: count("gen_ai.usage.output_tokens"),
      },
    ];
  });
}

test("OpenTelemetry spans posted to /v1/traces are requests on the page", async ({
  page,
  server,
}) => {
  const now = BigInt(Date.now()) * 1_000_000n;
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const whole = (key: string, intValue: number) => ({ key, value: { intValue: String(intValue) } });
  const span = (id: string, parentSpanId: string, attributes: unknown[]) => ({
    traceId: "0123456789abcdef0123456789abcdef",
    spanId: id,
    parentSpanId,
    name: "chat",
    kind: 3,
    startTimeUnixNano: String(now - 900_000_000n),
    endTimeUnixNano: String(now - 100_000_000n),
    attributes,
    status: {},
  });
  const call = [
    text("gen_ai.operation.name", "chat"),
    text("gen_ai.system", "openai"),
    text("gen_ai.request.model", "gpt-4o-mini"),
    whole("gen_ai.usage.input_tokens", 70),
    whole("gen_ai.usage.output_tokens", 7),
  ];
  const spans = [
    span("00000000000000a1", "", [text("http.request.method", "POST")]),
    span("00000000000000a2", "00000000000000a1", call),
    span("00000000000000a3", "00000000000000a1", call),
  ];
  const answer = await server.post("/v1/traces", {
    resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ scope: {}, spans }] }],
  });
  expect(answer.status).toBe(200);
  await page.goto(server.url);
  await expect(figure(page, "Total requests")).toHaveText("2");
  await expect.poll(() => amount(page, "Total tokens")).toBe(154);
});

test("[D4] the capture of a real OpenAI instrumentation yields its calls, each once", async ({
  page,
  server,
}, info) => {
  const file = path.join(data, "otlp/otel-openai-traces.json");
  info.skip(!existsSync(file), "../shared/data is not here");
  const capture = JSON.parse(readFileSync(file, "utf8")) as Capture;
  const calls = callsIn(capture);
  expect(calls.length).toBeGreaterThan(0);
  await server.post("/v1/traces", capture);
  await server.post("/v1/traces", capture);
  await page.goto(server.url);
  await expect(figure(page, "Total requests")).toHaveText(String(calls.length));
  const tokens = calls.reduce((sum, { input, output }) => sum + input + output, 0);
  await expect.poll(() => amount(page, "Total tokens")).toBe(tokens);
  for (const { model } of calls) await expect(modelRow(page, model)).toBeVisible();
});

interface Trace {
  name: string;
  csv: string;
}

function traces(): Trace[] {
  const header = "TIMESTAMP,ContextTokens,GeneratedTokens";
  const lines = Array.from({ length: 60 }, (_, second) => {
    const time = `2023-11-16 18:01:${String(second).padStart(2, "0")}.0000000`;
    return `${time},${100 + 13 * second},${1 + ((7 * second) % 50)}`;
  });
  const made = { name: "a trace in Azure's form", csv: [header, ...lines, ""].join("\n") };
  const file = path.join(data, "traces/azure-llm-2023-code.csv");
  if (!existsSync(file)) return [made];
  const real = readFileSync(file, "utf8").split(/\r?\n/).slice(0, 201).join("\n");
  return [made, { name: "the first 200 lines of Azure's trace", csv: `${real}\n` }];
}

for (const { name, csv } of traces()) {
  test(`[D7] replayed, ${name} sums up to the file's own figures`, async ({ page, server }) => {
    const rows = csv
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").slice(1).map(Number));
    const sum = (column: number): number => rows.reduce((all, row) => all + (row[column] ?? 0), 0);
    const directory = await mkdtemp(path.join(os.tmpdir(), "telltale-trace-"));
    try {
      const file = path.join(directory, "trace.csv");
      await writeFile(file, csv);
      const cli = path.resolve("packages/telltale/dist/cli/main.js");
      await run(process.execPath, [cli, "replay", file, "--url", server.url, "--speed", "max"]);
      await page.goto(server.url);
      await expect.poll(() => amount(page, "Total requests")).toBe(rows.length);
      await expect.poll(() => amount(page, "Total tokens")).toBe(sum(0) + sum(1));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
}
