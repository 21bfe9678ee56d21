import fc, { runs } from "@telltale/testkit/properties";
import { describe, expect, test } from "vitest";
import { readNativeBody } from "../src/ingest/native/body.ts";
import { readNativeEvent } from "../src/ingest/native/event.ts";
import { isPlainEvent } from "../src/ingest/native/plain-event.ts";
import { nativeEvent } from "../src/ingest/native/schema.ts";
import { ReportsError } from "../src/ingest/reports.ts";

const NOW = 1_700_000_000_000;
const read = (text: string) => readNativeBody(text, JSON.parse, NOW);

function event(fields: Record<string, unknown>) {
  const result = readNativeEvent({ model: "gpt-4o", ...fields }, NOW);
  if ("refusal" in result) throw new Error(result.refusal.error);
  return result.event;
}

function refusal(value: unknown): string {
  const result = readNativeEvent(value, NOW);
  if ("event" in result) throw new Error("was taken");
  return result.refusal.error;
}

describe("one event", () => {
  test("[D5] needs only a model; what is not said is unknown, not zero", () => {
    expect(event({})).toMatchObject({
      status: "success",
      usage: null,
      usageQuality: "unknown",
      cost: null,
      latencyMs: null,
      created: NOW,
    });
  });

  test("takes tokens as providers count them and keeps them apart", () => {
    const { usage } = event({
      prompt_tokens: 100,
      cached_tokens: 60,
      cache_write_tokens: 10,
      completion_tokens: 50,
      reasoning_tokens: 20,
    });
    expect(usage).toEqual({ input: 30, cacheRead: 60, cacheWrite: 10, output: 50, reasoning: 20 });
  });

  test("takes times as ms, as seconds and as text", () => {
    for (const created of [NOW, NOW / 1000, "2023-11-14T22:13:20Z", "2023-11-15T00:13:20+02:00"]) {
      expect(event({ created }).created).toBe(NOW);
    }
  });

  test("is undated when it has an id to be told again by, and no time", () => {
    expect(event({ id: "a" }).undated).toBe(true);
    for (const fields of [{}, { id: "a", created: NOW }, { id: "a", timestamp: NOW }]) {
      expect(event(fields).undated).toBeUndefined();
    }
  });

  test("takes the label of a key, and of what looks like a key only its end", () => {
    expect(event({ api_key: "ci runner" }).apiKey).toBe("ci runner");
    expect(event({ api_key: "sk-proj-4f9aXYZq" }).apiKey).toBe("…XYZq");
    expect(event({ api_key: "Bearer abcdefgh" }).apiKey).toBe("…efgh");
    expect(event({ api_key: "0123456789abcdef".repeat(3) }).apiKey).toBe("…cdef");
    expect(event({}).apiKey).toBeNull();
  });

  test("takes own labels as text, as many as fit", () => {
    expect(
      event({ attributes: { feature: "search", shard: 3, beta: true, no: null } }),
    ).toMatchObject({ attributes: { feature: "search", shard: "3", beta: "true" } });
    expect(event({ attributes: {} }).attributes).toBeNull();
    const halves = event({ attributes: { ["k\ud83d"]: "\ude80", whole: "🚀" } }).attributes;
    expect(halves).toEqual({ "k\ufffd": "\ufffd", whole: "🚀" });
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, "v"]));
    expect(Object.keys(event({ attributes: many }).attributes ?? {})).toHaveLength(32);
    const large = { a: "x".repeat(4000), b: "é".repeat(60), c: "kept" };
    expect(Object.keys(event({ attributes: large }).attributes ?? {})).toEqual(["a", "c"]);
    expect(event({ queue_ms: 12.5, service_tier: "flex" })).toMatchObject({
      queueMs: 12.5,
      serviceTier: "flex",
    });
  });

  test("an error without a name or words is still an error", () => {
    expect(event({ status: "error" }).failure).toEqual({
      type: "_OTHER",
      message: "No error message was given",
    });
    expect(event({ error_message: "boom" })).toMatchObject({ status: "error" });
  });

  test.each([
    [{}, "model: is required"],
    [{ model: "m", attributes: { a: {} } }, /^attributes\.a: expected text/],
    [{ model: "" }, /^model: /],
    [{ model: "m".repeat(1_000_000) }, /^model: .*256/],
    [{ model: 7 }, /^model: .*string/],
    [{ model: "m", prompt_tokens: -1 }, /^prompt_tokens: /],
    [{ model: "m", prompt_tokens: "12" }, /^prompt_tokens: .*number/],
    [{ model: "m", latency_ms: Number.NaN }, /^latency_ms: /],
    [{ model: "m", status: "done" }, /^status: .*"success"/],
    [{ model: "m", created: "yesterday" }, /^created: .*RFC 3339/],
    [{ model: "m", created: 9e15 }, /^created: .*RFC 3339/],
    [{ model: "m", latency_ms: 1e300 }, /^latency_ms: /],
    [{ model: "m", cost: 1e300 }, /^cost: /],
    [
      { model: "m", prompt_tokens: 5, cached_tokens: 6 },
      /^cached_tokens: is part of prompt_tokens/,
    ],
    [null, /expected an object .*received null/],
    [[1], /received an array/],
  ])("wrong event %# is refused with the field and what was expected", (value, message) => {
    expect(refusal(value)).toMatch(message);
  });

  test("[K5] an id and a model are what the store will give back", () => {
    expect(event({ id: "a\ud83d", model: "\ude80b" })).toMatchObject({
      id: "a\ufffd",
      model: "\ufffdb",
    });
  });

  test("[D3] a refusal never repeats the value", () => {
    expect(refusal({ model: "m", status: "secret prompt" })).not.toContain("secret");
  });
});

describe("a body", () => {
  test("may be an object, an array or lines", () => {
    expect(read('{"model":"a"}').events).toHaveLength(1);
    expect(read('[{"model":"a"},{"model":"b"}]').events).toHaveLength(2);
    expect(read('{"model":"a"}\r\n\n{"model":"b"}\n').events).toHaveLength(2);
    expect(read('\uFEFF{"model":"a"}').events).toHaveLength(1);
  });

  test("[D1] keeps the good lines and names the bad one", () => {
    const lines = ['{"model":"a"}', '{"model":"b"}', '{"model":', '{"model":"d"}', '{"model":"e"}'];
    const body = read(lines.join("\n"));
    expect(body.events.map(({ model }) => model)).toEqual(["a", "b", "d", "e"]);
    expect(body.rejected).toMatchObject([
      { index: 2, line: 3, error: expect.stringMatching(/^line 3: /) },
    ]);
  });

  test("keeps the good items of an array and names the bad one", () => {
    const body = read('[{"model":"a"},{"model":"b","prompt_tokens":-5},7]');
    expect(body.events).toHaveLength(1);
    expect(body.rejected).toMatchObject([
      { index: 1, path: "prompt_tokens" },
      { index: 2, path: "" },
    ]);
  });

  test.each(["", "  ", "{", "[{]", "not json"])("%j is refused as a whole", (text) => {
    expect(() => read(text)).toThrow(ReportsError);
  });

  test("never throws anything else, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(fc.json()).map((l) => l.join("\n")),
        ),
        (text) => {
          try {
            const { events, rejected } = read(text);
            expect(events.length + rejected.length).toBeGreaterThanOrEqual(0);
          } catch (error) {
            expect(error).toBeInstanceOf(ReportsError);
          }
        },
      ),
      { numRuns: runs(2000) },
    );
  });
});

describe("the short way to take an event", () => {
  const value = fc.oneof(
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, "success", "reported", "", -1, 1.5, 1e300, 599, 2 ** 53, "2026-01-31"),
  );
  const names = [...Object.keys(nativeEvent.shape), "unknown", "__proto__", "constructor"];
  const field = fc.tuple(fc.constantFrom(...names), value);

  test("takes nothing that the schema refuses or changes", () => {
    let taken = 0;
    const holds = fc.property(fc.array(field, { maxLength: 3 }), (fields) => {
      const event = JSON.parse(JSON.stringify({ model: "m", ...Object.fromEntries(fields) }));
      if (!isPlainEvent(event)) return;
      taken++;
      expect(nativeEvent.parse(event)).toEqual(event);
    });
    fc.assert(holds, { numRuns: runs(3000) });
    expect(taken).toBeGreaterThan(100);
  });

  test("is the way of an ordinary event", () => {
    const ordinary = {
      id: "r",
      model: "gpt-4o",
      created: 1_795_417_200_000,
      prompt_tokens: 10,
      completion_tokens: 5,
      latency_ms: 1.5,
      streaming: true,
      status: "success",
      user_id: "u",
    };
    expect(isPlainEvent(ordinary)).toBe(true);
    expect(isPlainEvent({ ...ordinary, model: undefined })).toBe(false);
    expect(isPlainEvent({ id: "r" })).toBe(false);
  });
});
