import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Pace } from "../src/cli/pace.ts";
import { type ReplayOptions, replayTrace } from "../src/cli/replay/replay-trace.ts";
import type { TraceError } from "../src/cli/replay/trace-error.ts";
import { promptTokens, type RequestEvent } from "../src/event.ts";
import { readNativeBody } from "../src/ingest/native/body.ts";

const start = Date.UTC(2026, 0, 1);

/** Time that passes only by sleeping, and then at once. */
class InstantPace implements Pace {
  time = start;
  now(): number {
    return this.time;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.time += ms;
  }
}

type Mood = "take" | "busy" | "full" | "take and break" | "refuse";

/** Takes events as the server does, by id. */
class Receiver {
  readonly events = new Map<string, RequestEvent>();
  readonly batches: number[] = [];
  readonly arrivals: number[] = [];
  /** What happens to the next bodies; afterwards they are taken. */
  moods: Mood[] = [];
  pace = new InstantPace();
  baseUrl = "";
  readonly #server: Server = createServer((request, response) => {
    text(request).then(
      (body) => this.#receive(body, response),
      () => response.destroy(),
    );
  });

  #receive(received: string, response: ServerResponse): void {
    const body = readNativeBody(received, JSON.parse, this.pace.now());
    const mood = this.moods.shift() ?? "take";
    if (mood === "busy" || mood === "full") {
      response.writeHead(mood === "busy" ? 429 : 503, { "retry-after": "2" });
      response.end(JSON.stringify({ title: mood, detail: "Later" }));
      return;
    }
    if (mood === "refuse") {
      response.writeHead(403).end(JSON.stringify({ detail: "Not from there" }));
      return;
    }
    for (const event of body.events) this.events.set(event.id, event);
    this.batches.push(body.events.length);
    this.arrivals.push(this.pace.now());
    if (mood === "take and break") response.destroy();
    else {
      const status = body.events.length === 0 ? 400 : 202;
      response.writeHead(status).end(JSON.stringify({ ...body, accepted: body.events.length }));
    }
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address: AddressInfo | string | null = this.#server.address();
    this.baseUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }
}

let directory: string;
let server: Receiver;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "telltale-replay-"));
});
afterAll(() => rm(directory, { recursive: true }));
beforeEach(async () => {
  server = new Receiver();
  await server.listen();
});
afterEach(() => server.close());

async function play(name: string, content: string, options: Partial<ReplayOptions> = {}) {
  const file = join(directory, name);
  await writeFile(file, content);
  const skipped: TraceError[] = [];
  const counts = await replayTrace({
    file,
    baseUrl: server.baseUrl,
    speed: "max",
    pace: server.pace,
    onSkip: (error) => skipped.push(error),
    ...options,
  });
  return { counts, skipped: skipped.map(({ message }) => message.replace(file, "FILE")), file };
}

const stored = () => [...server.events.values()];

const azure2023 =
  "TIMESTAMP,ContextTokens,GeneratedTokens\r\n" +
  "2023-11-16 18:17:03.9799600,4808,10\r\n" +
  "2023-11-16 18:17:04.0319600,3180,8\r\n" +
  "2023-11-16 18:18:03.9799600,110,27";

describe("formats", () => {
  test("[D7] Azure 2023: CRLF, seven-digit fractions, no zone, no newline at the end", async () => {
    const { counts, skipped } = await play("azure-code.csv", azure2023);
    expect(counts).toEqual({
      requests: 3,
      promptTokens: 8_098,
      completionTokens: 45,
      skipped: 0,
    });
    expect(skipped).toEqual([]);
    expect(stored()[0]).toMatchObject({
      model: "azure-code",
      service: "Azure LLM inference trace 2023, CC-BY 4.0",
      status: "success",
      latencyMs: null,
      cost: null,
      usage: { input: 4_808, output: 10 },
    });
  });

  test("Azure 2024: a zone, a byte order mark and blank lines", async () => {
    const { counts } = await play(
      "azure-2024.csv",
      "\uFEFFTIMESTAMP,ContextTokens,GeneratedTokens\n\n" +
        "2024-05-10 00:00:00.009930+00:00,2162,5\n2024-05-10 00:00:00.017335+00:00,2399,6\n\n",
      { model: "azure-chat" },
    );
    expect(counts).toMatchObject({ requests: 2, promptTokens: 4_561, completionTokens: 11 });
    expect(stored()[0]).toMatchObject({
      model: "azure-chat",
      service: "Azure LLM inference trace 2024, CC-BY 4.0",
    });
  });

  test("BurstGPT: quoted fields, models of its own, further columns", async () => {
    const { counts } = await play(
      "burst.csv",
      "Timestamp,Session ID,Model,Request tokens,Response tokens,Total tokens,Log Type\n" +
        '5,"a, ""b""",ChatGPT,472,18,490,Conversation log\n' +
        "45.5,,GPT-4,1087,230,1317,API log\n",
    );
    expect(counts).toMatchObject({ requests: 2, promptTokens: 1_559, completionTokens: 248 });
    expect(stored().map(({ model }) => model)).toEqual(["ChatGPT", "GPT-4"]);
    expect(stored()[0]?.service).toBe("BurstGPT");
  });

  test("Mooncake: JSON lines", async () => {
    const { counts } = await play(
      "mooncake.jsonl",
      '{"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47]}\n' +
        '{"timestamp": 30535, "input_length": 6472, "output_length": 26, "hash_ids": []}\n',
    );
    expect(counts).toMatchObject({ requests: 2, promptTokens: 13_427, completionTokens: 78 });
    expect(stored()[0]?.model).toBe("mooncake");
  });

  test("Qwen-Bailian: the same members, in seconds", async () => {
    await play(
      "qwen.jsonl",
      '{"chat_id": 1, "timestamp": 61, "input_length": 5, "output_length": 6, "turn": 1}\n' +
        '{"chat_id": 2, "timestamp": 63.5, "input_length": 7, "output_length": 8, "turn": 1}\n',
      { speed: 1 },
    );
    const [first, second] = stored();
    expect((second?.created ?? 0) - (first?.created ?? 0)).toBe(2500);
    expect(first?.service).toBe("Qwen-Bailian");
  });

  test("our own export: everything it knows is kept, unknown stays unknown, ids are new", async () => {
    const known = {
      id: "a",
      model: "gpt-4o",
      created: 1_700_000_000_000,
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      latency_ms: 250,
      streaming: true,
      status: "error",
      error_type: "rate_limit",
      error_message: "Slow",
      cost: 0.5,
      ttft_ms: 20,
      user_id: "u",
      cached_tokens: 4,
    };
    const unknown = { ...known, prompt_tokens: null, completion_tokens: null, total_tokens: null };
    const { counts } = await play(
      "export.ndjson",
      `${JSON.stringify(known)}\n${JSON.stringify({ ...unknown, cached_tokens: null })}\n` +
        `${JSON.stringify({ ...known, status: "in_progress" })}\n`,
    );
    expect(counts).toEqual({ requests: 2, promptTokens: 10, completionTokens: 5, skipped: 1 });
    const [first, second] = stored();
    expect(first).toMatchObject({
      model: "gpt-4o",
      created: start,
      latencyMs: 250,
      ttftMs: 20,
      cost: 0.5,
      userId: "u",
      failure: { type: "rate_limit", message: "Slow" },
    });
    expect(first?.usage && promptTokens(first.usage)).toBe(10);
    expect(first?.id).toMatch(/^replay-.+-1$/);
    expect(second?.usage).toBeNull();
  });

  const real = fileURLToPath(
    new URL("../../../../shared/data/traces/azure-llm-2023-code.csv", import.meta.url),
  );
  test.runIf(existsSync(real))(
    "the real Azure trace: requests and token sums are exact",
    async () => {
      const lines = (await readFile(real, "utf8")).trim().split(/\r?\n/).slice(1);
      const sum = (column: number) =>
        lines.reduce((total, line) => total + Number(line.split(",")[column]), 0);
      const counts = await replayTrace({
        file: real,
        baseUrl: server.baseUrl,
        speed: 60,
        pace: server.pace,
      });
      expect(counts).toEqual({
        requests: lines.length,
        promptTokens: sum(1),
        completionTokens: sum(2),
        skipped: 0,
      });
      expect(server.events.size).toBe(lines.length);
      const usages = stored().flatMap(({ usage }) => (usage === null ? [] : [usage]));
      expect(usages.reduce((total, usage) => total + promptTokens(usage), 0)).toBe(sum(1));
      expect(usages.reduce((total, usage) => total + usage.output, 0)).toBe(sum(2));
      // 57 minutes of trace at 60 times the speed.
      expect(server.pace.now() - start).toBeLessThan(60_000);
      expect(server.pace.now() - start).toBeGreaterThan(56_000);
    },
  );
});

describe("bad input", () => {
  test("a malformed line is named, counted and left out; the others are played", async () => {
    const { counts, skipped } = await play(
      "bad.csv",
      "TIMESTAMP,ContextTokens,GeneratedTokens\n" +
        "2023-11-16 18:17:03,1,1\n" +
        "yesterday,1,1\n" +
        "2023-11-16 18:17:04,-3,1\n" +
        "2023-11-16 18:17:04,1,1.5\n" +
        "2023-11-16 18:17:04,1\n" +
        '2023-11-16 18:17:04,"1,1\n' +
        "2023-11-16 18:17:04,,1\n" +
        "2023-11-16 18:17:05,2,2\n",
    );
    expect(counts).toEqual({ requests: 2, promptTokens: 3, completionTokens: 3, skipped: 6 });
    expect(skipped).toEqual([
      'FILE:3: TIMESTAMP: expected a time like 2023-11-16 18:17:03.9799600, not "yesterday"',
      'FILE:4: ContextTokens: expected a whole number of tokens, not "-3"',
      'FILE:5: GeneratedTokens: expected a whole number of tokens, not "1.5"',
      "FILE:6: expected 3 columns, found 2",
      "FILE:7: a quote is not closed, or stands alone",
      'FILE:8: ContextTokens: expected a whole number of tokens, not ""',
    ]);
  });

  test("broken JSON lines are named too", async () => {
    const good = '{"timestamp": 1, "input_length": 1, "output_length": 1}';
    const { counts, skipped } = await play(
      "bad.jsonl",
      `${good}\n{"timestamp": 1, "input_\n[1]\n{"timestamp": "x", "input_length": 1, "output_length": 1}\n${good}`,
    );
    expect(counts).toMatchObject({ requests: 2, skipped: 3 });
    expect(skipped).toEqual([
      "FILE:2: expected one JSON object on the line",
      "FILE:3: expected one JSON object on the line",
      'FILE:4: timestamp: expected ms since the start, not "x"',
    ]);
  });

  test("what the server refuses is counted as skipped, with its line", async () => {
    const row = { model: "m", created: 1, prompt_tokens: 1, completion_tokens: 1 };
    const { counts, skipped } = await play(
      "refused.ndjson",
      `${JSON.stringify(row)}\n${JSON.stringify({ ...row, latency_ms: -5 })}\n`,
    );
    expect(counts).toEqual({ requests: 1, promptTokens: 1, completionTokens: 1, skipped: 1 });
    expect(skipped[0]).toMatch(/^FILE:2: .*latency_ms/);
  });

  test("an unknown header is refused with the list of known formats", async () => {
    const unknown = play("other.csv", "time,in,out\n1,2,3\n");
    await expect(unknown).rejects.toMatchObject({ name: "TraceFileError" });
    await expect(unknown).rejects.toThrow(
      /begins like "time,in,out".*Azure.*BurstGPT.*Mooncake.*own export/s,
    );
    expect(server.batches).toEqual([]);
  });

  test("another export of ours is told what to do with, and no file steers the terminal", async () => {
    await expect(play("own.csv", "id,created,time,model\n")).rejects.toThrow(/--format ndjson/);
    const raw = await play("raw.csv", "\x1b[2J\x9b,x\n").catch(String);
    expect(raw).toMatch(/\\u\{1b\}\[2J\\u\{9b\},x/);
    const azure = "TIMESTAMP,ContextTokens,GeneratedTokens\n\x1b[2J,1,2\n";
    expect((await play("steer.csv", azure)).skipped[0]).toContain("\\u{1b}[2J");
  });

  test("an empty file, a missing one and a line without end are refused by name", async () => {
    await expect(play("empty.csv", "\n")).rejects.toThrow(/empty\.csv is empty/);
    const missing = replayTrace({ file: "no.csv", baseUrl: server.baseUrl, speed: 1 });
    await expect(missing).rejects.toThrow(/no\.csv cannot be read: ENOENT/);
    await expect(play("long.csv", "x".repeat(5_000_000))).rejects.toThrow(/long\.csv:1: .* 4 MiB/);
  });

  test("a header without requests plays nothing", async () => {
    const { counts } = await play("none.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n");
    expect(counts.requests).toBe(0);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("speed %s is refused", async (speed) => {
    await expect(play("azure.csv", azure2023, { speed })).rejects.toThrow(RangeError);
  });
});

describe("time", () => {
  test("gaps shrink by the speed, and what belongs together is sent together", async () => {
    await play("azure.csv", azure2023, { speed: 10 });
    const [first, second, third] = stored().map(({ created }) => created - start);
    expect(first).toBe(0);
    expect(second).toBeCloseTo(5, 0);
    expect(third).toBe(6_000);
    expect(server.batches).toEqual([2, 1]);
    // Nothing is sent before it has happened, and nothing is held back for long.
    expect(server.arrivals[0]).toBeGreaterThanOrEqual(start + 5);
    expect(server.arrivals[0]).toBeLessThanOrEqual(start + 100);
    expect(server.arrivals[1]).toBeLessThanOrEqual(start + 6_100);
  });

  test("lines out of order are played at once, not in the past", async () => {
    await play(
      "disorder.csv",
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:10,1,1\n2023-11-16 18:17:05,2,2\n2023-11-16 18:17:12,3,3\n",
      { speed: 1 },
    );
    expect(stored().map(({ created }) => created - start)).toEqual([0, 0, 2_000]);
  });

  test("an abort ends the replay with the counts so far", async () => {
    const controller = new AbortController();
    const { counts } = await play("azure.csv", azure2023, {
      speed: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect(counts.requests).toBe(server.events.size);
    expect(counts.requests).toBeLessThan(3);
  });
});

describe("delivery", () => {
  test("429, 503 and broken connections are tried again with the same ids: nothing twice", async () => {
    server.moods = ["busy", "take and break", "full", "take and break", "busy"];
    const { counts } = await play("azure.csv", azure2023);
    expect(counts).toEqual({
      requests: 3,
      promptTokens: 8_098,
      completionTokens: 45,
      skipped: 0,
    });
    expect(server.events.size).toBe(3);
    expect(server.batches).toEqual([3, 3, 3]);
  });

  test("a server that stays away is given up after a minute, with the reason", async () => {
    await server.close();
    const gone = play("azure.csv", azure2023);
    await expect(gone).rejects.toMatchObject({ name: "DeliveryError" });
    await expect(gone).rejects.toThrow(/took nothing for 60 s: connect ECONNREFUSED/);
    await server.listen();
  });

  test("a refusal is not tried again", async () => {
    server.moods = ["refuse"];
    await expect(play("azure.csv", azure2023)).rejects.toThrow(/answered 403 Not from there/);
  });

  test("playing twice counts twice: ids belong to one replay", async () => {
    await play("azure.csv", azure2023);
    await play("azure.csv", azure2023);
    expect(server.events.size).toBe(6);
  });
});
