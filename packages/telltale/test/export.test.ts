import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { requestEvent } from "@telltale/testkit/request-event";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configSchema } from "../src/config.ts";
import type { RequestEvent } from "../src/event.ts";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import { type Server, startServer } from "../src/server.ts";

const formats = ["csv", "json", "ndjson", "parquet"] as const;
const begin = Date.UTC(2026, 0, 1);
const texts = ["=1+1", "a,b", 'say "hi"', "two\nlines", "'=x", "Grüße 你好 🚀", "-5", "@x", "<b>"];

const events: RequestEvent[] = Array.from({ length: 3000 }, (_, i) =>
  requestEvent({
    id: `e${i}`,
    created: begin + i * 1000 + 0.25,
    responseId: `answer-${i}`,
    traceId: i.toString(16).padStart(32, "0"),
    model: i % 2 === 0 ? "gpt-4o" : (texts[i % texts.length] ?? "m"),
    userId: texts[i % texts.length] ?? null,
    attributes: i % 3 === 0 ? { team: texts[i % texts.length] ?? "", x: "1" } : null,
    source: i % 4 === 0 ? "otlp" : "proxy",
    ...(i % 5 === 0 && {
      status: "error",
      statusCode: 500,
      failure: { type: "boom", message: texts[i % texts.length] ?? "", stack: "at a\n  at b" },
    }),
    ...(i % 7 === 0 && { usage: null, usageQuality: "unknown", latencyMs: null, ttftMs: null }),
  }),
);

let folder: string;
let from: Server;
let into: Server;

async function start(name: string): Promise<Server> {
  return startServer({
    config: configSchema.parse({ port: 0, dataDir: join(folder, name), tickMs: 1000 }),
    logger: pino({ level: "silent" }),
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-export-"));
  const store = await openDuckdbStore({ path: join(folder, "from", "history.duckdb") });
  await store.append(events, begin + 4_000_000);
  await store.close();
  [from, into] = [await start("from"), await start("into")];
}, 60_000);

afterAll(async () => {
  await from.stop();
  await into.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const exported = (query: string): Promise<Response> => fetch(`${from.url}/api/v1/export?${query}`);

function imported(server: Server, format: string, body: BodyInit, headers = {}): Promise<Response> {
  return fetch(`${server.url}/api/v1/import?format=${format}`, { method: "POST", body, headers });
}

async function everyRequest(server: Server): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  let cursor = "";
  do {
    const answer = await fetch(
      `${server.url}/api/v1/requests?limit=1000${cursor && `&cursor=${cursor}`}`,
    );
    const page: { requests: { id: string }[]; next_cursor: string | null } = await answer.json();
    for (const request of page.requests) found.set(request.id, request);
    cursor = page.next_cursor ?? "";
  } while (cursor);
  return found;
}

describe("an export", () => {
  test.each(formats)(
    "[Q6] as %s, imported elsewhere, gives the same requests; again, nothing",
    async (format) => {
      const answer = await exported(`format=${format}`);
      expect(answer.headers.get("x-total-count")).toBe("3000");
      expect(answer.headers.get("content-disposition")).toMatch(
        new RegExp(`^attachment; filename="telltale-requests-\\d{4}-\\d\\d-\\d\\d\\.${format}"$`),
      );
      const file = Buffer.from(await answer.arrayBuffer());
      const server = await start(`into-${format}`);
      try {
        expect(await (await imported(server, format, file)).json()).toEqual({
          rows: 3000,
          accepted: 3000,
          duplicates: 0,
          rejected: 0,
          rejections: [],
        });
        expect(await everyRequest(server)).toEqual(await everyRequest(from));
        const again = await imported(server, format, gzipSync(file), {
          "content-encoding": "gzip",
        });
        expect(await again.json()).toMatchObject({ accepted: 0, duplicates: 3000 });
      } finally {
        await server.stop();
      }
    },
    60_000,
  );

  test("is of the requests that pass, with the columns that were asked for", async () => {
    const answer = await exported(
      "format=csv&columns=id,status,latency_ms&q=status:error+model:gpt-4o",
    );
    const lines = (await answer.text()).split("\r\n");
    expect(lines[0]).toBe("id,status,latency_ms");
    expect(lines[1]).toBe("e0,error,");
    expect(lines[2]).toBe("e10,error,800.0");
    expect(lines).toHaveLength(Number(answer.headers.get("x-total-count")) + 2);
  });

  test("survives attributes that are no JSON to the database", async () => {
    const store = await openDuckdbStore({ path: join(folder, "half", "history.duckdb") });
    const half = requestEvent({ id: "half", attributes: { cut: "\ud83d" } });
    const whole = requestEvent({ id: "whole", attributes: { team: "a" } });
    await store.append([half, whole], begin);
    const columns = ["id", "attributes"] as const;
    const { parts } = await store.exportText({ filter: {}, columns }, "ndjson");
    let text = "";
    for await (const part of parts) text += part;
    await store.close();
    expect(
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { id: "half", attributes: null },
      { id: "whole", attributes: { team: "a" } },
    ]);
  });

  test("of nothing is a file too", async () => {
    const bodies = await Promise.all(
      formats.map(async (format) => {
        const answer = await exported(`format=${format}&q=model:none&columns=id`);
        expect(answer.headers.get("x-total-count")).toBe("0");
        return answer.arrayBuffer();
      }),
    );
    const [csv, json, ndjson] = bodies.map((body) => Buffer.from(body).toString());
    expect([csv, json, ndjson]).toEqual(["id\r\n", "[]\n", ""]);
  });

  test("leaves no file behind, read to its end or not", async () => {
    const gone = new AbortController();
    const answer = await fetch(`${from.url}/api/v1/export?format=parquet`, { signal: gone.signal });
    gone.abort();
    await answer.arrayBuffer().catch(() => undefined);
    await (await exported("format=parquet")).arrayBuffer();
    const left = (): Promise<string[]> => readdir(join(folder, "from", "scratch", "out"));
    await expect.poll(left).toEqual([]);
  });

  test("names a column that there is not", async () => {
    const answer = await exported("columns=id,modle");
    expect(await answer.json()).toMatchObject({ status: 400, parameter: "columns" });
  });
});

describe("an import", () => {
  test("[Q7] names the lines that are wrong, and takes the others", async () => {
    const csv = [
      "id,created,model,latency_ms,attributes,colour",
      "c1,2026-01-02T00:00:00Z,m,12,,red",
      "c2,1767312000000,m,fast,,",
      "c3,1767312000000,m,5",
      ",1767312000000,m,5,,",
      'c4,1767312000000,m,5,"{""a"":",',
      "c5,,m,5,,",
      "c6,1767312000000,,5,,",
    ].join("\n");
    const answer = await (await imported(into, "csv", csv)).json();
    expect(answer).toMatchObject({ rows: 7, accepted: 1, rejected: 6, ignored: ["colour"] });
    expect(answer.rejections.map(({ line }: { line: number }) => line)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(answer.rejections[1].error).toBe("line 4: has 4 fields, the first line 6");
    expect(answer.rejections[2].error).toBe("line 5: id: is required");
    const stored = await (await fetch(`${into.url}/api/v1/requests/c1`)).json();
    expect(stored).toMatchObject({ created: Date.UTC(2026, 0, 2), latency_ms: 12 });

    const ndjson =
      '{"id":"n1","model":"m","created":1767312000000}\n{"id":\n\n{"id":"n2","status":"in_progress","model":"m","created":1}\n';
    expect(await (await imported(into, "ndjson", ndjson)).json()).toMatchObject({
      rows: 3,
      accepted: 1,
      rejections: [{ line: 2 }, { line: 4, error: expect.stringContaining("finished") }],
    });
  });

  test.each([
    ["csv", "a,b\n1,2\n", "model"],
    ["csv", 'model,id\n"x', "not closed"],
    ["json", '{"id":1}', "array"],
    ["json", '[{"id":"a"}', "not closed"],
    ["parquet", "PAR1 but not really", "Parquet"],
  ])("of what is no %s says so", async (format, body, says) => {
    const answer = await imported(into, format, body);
    expect(answer.status).toBe(400);
    expect((await answer.json()).detail).toContain(says);
  });

  test("finds what was stored long ago, and does not count it twice", async () => {
    const row = { id: "e1", model: "x", created: begin + 1000.25 };
    const answer = await imported(from, "json", JSON.stringify([row]));
    expect(await answer.json()).toMatchObject({ accepted: 0, duplicates: 1 });
  });
});
