import type { RequestUpdate } from "@telltale/protocol";
import { printQuery } from "@telltale/protocol/query";
import fc from "@telltale/testkit/properties";
import { describe, expect, test } from "vitest";
import { columnsOf, printable, printableJson } from "../src/cli/printable.ts";
import { count, dollars, duration, percent, rate } from "../src/cli/tail/figures.ts";
import { matches, narrowed } from "../src/cli/tail/filter.ts";
import { readFlags } from "../src/cli/tail/flags.ts";
import { headLine, requestLine } from "../src/cli/tail/line.ts";
import { Screen } from "../src/cli/tail/screen.ts";
import { statusLine } from "../src/cli/tail/status-line.ts";
import { Unseen } from "../src/cli/tail/unseen.ts";

const request = (fields: Partial<RequestUpdate> = {}): RequestUpdate => ({
  id: "r-1",
  model: "gpt-4o",
  created: new Date(2026, 0, 1, 12, 0, 0).getTime(),
  prompt_tokens: 1200,
  completion_tokens: 45,
  total_tokens: 1245,
  latency_ms: 2000,
  streaming: true,
  status: "success",
  cost: 0.00345,
  ttft_ms: 210,
  user_id: "u-17",
  ...fields,
});
const plain = (_style: string, text: string): string => text;

describe("a line of tail", () => {
  test("has the time of the end, model, status, latency, TTFT, tokens, cost and user", () => {
    expect(requestLine(request(), 160, plain).split(/\s{2,}/)).toEqual([
      "12:00:02",
      "gpt-4o",
      "✓ success",
      "2.00 s",
      "210 ms",
      "1,200→45",
      "$0.0034",
      "u-17",
    ]);
  });

  test("says what failed, and shows what nobody knows as unknown", () => {
    const failed = request({
      status: "error",
      status_code: 429,
      error_type: "rate_limit_exceeded",
      prompt_tokens: null,
      completion_tokens: null,
      cost: null,
      ttft_ms: undefined,
    });
    const line = requestLine(failed, 160, plain);
    expect(line).toMatch(/✗ error .* – .* –→– .* – .*429 rate_limit_exceeded$/);
  });

  test("never is wider than the terminal, and columns stay under their heads", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 80 }),
      fc.constant("模型🙂e\u0301"),
    );
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 200 }), (model, user_id, width) => {
        const line = requestLine(request({ model, user_id }), width, plain);
        expect(columnsOf(line)).toBeLessThanOrEqual(width);
        expect(columnsOf(headLine(width, plain))).toBeLessThanOrEqual(width);
      }),
    );
    const head = headLine(100, plain);
    expect(requestLine(request(), 100, plain).indexOf("✓")).toBe(head.indexOf("status"));
  });

  test("gives up the least important columns first when there is no room", () => {
    expect(headLine(160, plain)).toContain("user");
    expect(headLine(80, plain)).not.toContain("user");
    expect(headLine(80, plain)).toContain("cost");
    expect(headLine(40, plain)).toMatch(/^time\s+model\s+status$/);
  });

  test.each([
    ["an escape sequence", "\x1b]0;owned\x07\x1b[2J"],
    ["a C1 control sequence", "\x9b2J"],
    ["line ends", "a\r\nb\u2028c"],
    ["a change of direction", "a\u202Eb\u2066c"],
    ["half a character", "\ud800"],
  ])("lets %s in no field reach the terminal", (_name, text) => {
    const hostile = request({ model: text, user_id: text, error_type: text, status: "error" });
    for (const shown of [requestLine(hostile, 300, plain), printableJson(hostile)]) {
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }
    expect(JSON.parse(printableJson(hostile))).toEqual(JSON.parse(JSON.stringify(hostile)));
  });
});

test("what cannot be shown is written out", () => {
  expect(printable("a\x1b[31mb")).toBe("a\\u{1b}[31mb");
});

test("figures are short, and small amounts are not zero", () => {
  expect([0, 830, 999.6, 2345, 61_000, 3_599_900].map(duration)).toEqual([
    "0 ms",
    "830 ms",
    "1.00 s",
    "2.35 s",
    "61.0 s",
    "60 m 00 s",
  ]);
  expect([0, 0.0000004, 0.000012, 0.0345, 0.99, 12.5].map(dollars)).toEqual([
    "$0",
    "<$0.000001",
    "$0.000012",
    "$0.035",
    "$0.99",
    "$12.50",
  ]);
  expect([0, 0.004, 0.25].map(percent)).toEqual(["0%", "0.4%", "25%"]);
  expect([0, 0.4, 12.3].map(rate)).toEqual(["0", "0.4", "12"]);
  expect([null, 1234].map(count)).toEqual(["–", "1,234"]);
});

test("the last line tells the connection and the pace of the service", () => {
  const metrics = {
    total_requests: 1,
    total_tokens: 1,
    total_cost: 0,
    avg_latency_ms: 1,
    error_rate: 0.02,
    streaming_percentage: 0,
    requests_per_second: 3.2,
    tokens_per_second: 1234,
    active_connections: 1,
    in_flight: 4,
  };
  expect(statusLine("CONNECTED", metrics, 100)).toBe(
    "● connected · 3.2 req/s · 4 in flight · 1,234 tokens/s · 2.0% errors",
  );
  expect(statusLine("RECONNECTING", null, 100)).toBe("○ reconnecting");
  expect(columnsOf(statusLine("CONNECTED", metrics, 20))).toBe(20);
});

describe("the screen", () => {
  const output = (tty: boolean) => ({
    isTTY: tty,
    columns: 80,
    text: "",
    write(text: string) {
      this.text += text;
    },
  });

  test("rewrites its last line on a terminal and leaves none behind", () => {
    const out = output(true);
    const notes = output(true);
    const screen = new Screen(out, notes, { NO_COLOR: "1" });
    screen.status("one");
    screen.line("request");
    screen.status("two");
    screen.note("note");
    screen.end();
    const erase = "\r\x1b[2K";
    expect(out.text).toBe(`one${erase}request\none${erase}two${erase}two${erase}`);
    expect(notes.text).toBe("note\n");
  });

  test("writes neither colours nor a last line where there is no terminal", () => {
    const out = output(false);
    const screen = new Screen(out, output(false), {});
    screen.status("one");
    screen.line(screen.paint("bad", "request"));
    screen.end();
    expect(out.text).toBe("request\n");
  });

  test.each([
    [{}, "\x1b[31mx\x1b[0m"],
    [{ NO_COLOR: "1" }, "x"],
    [{ NO_COLOR: "" }, "\x1b[31mx\x1b[0m"],
    [{ TERM: "dumb" }, "x"],
  ])("colours on a terminal with %j", (env, expected) => {
    expect(new Screen(output(true), output(true), env).paint("bad", "x")).toBe(expected);
  });
});

describe("a filter", () => {
  const finished = ["success", "error"] as const;

  test.each([
    [{}, true],
    [{ models: ["gpt-4o"] }, true],
    [{ models: ["gpt-4"] }, false],
    [{ minLatency: 2000 }, true],
    [{ minLatency: 2001 }, false],
    [{ user: "u-17" }, true],
    [{ user: "u-1" }, false],
    [{ text: "GPT" }, true],
    [{ text: "nowhere" }, false],
  ])("%j", (part, expected) => {
    expect(matches({ statuses: finished, ...part }, request())).toBe(expected);
  });

  test("takes an unknown latency for no long one, and what runs for not finished", () => {
    expect(matches({ statuses: finished, minLatency: 0 }, request({ latency_ms: null }))).toBe(
      false,
    );
    expect(matches({ statuses: finished }, request({ status: "in_progress" }))).toBe(false);
  });

  test("asks the server for no more than what is shown, and keeps what the address says", () => {
    const filter = { statuses: ["error"], models: ["a", "b"], minLatency: 5, user: "u" } as const;
    const { search } = narrowed(new URL("ws://h/s?tenant=7"), filter);
    expect(Object.fromEntries(new URLSearchParams(search))).toEqual({
      tenant: "7",
      types: "request_update,metrics_update",
      status: "error",
      models: "a,b",
      min_latency: "5",
      text: "u",
    });
    const comma = narrowed(new URL("ws://h/s"), { statuses: ["error"], models: ["a,b"] });
    expect(comma.searchParams.has("models")).toBe(false);
  });
});

describe("the flags", () => {
  test("the address comes from the argument, TELLTALE_URL, or is that of a fresh install", () => {
    const url = (address?: string, env: NodeJS.ProcessEnv = {}) =>
      readFlags(address === undefined ? [] : [address], { retry: true }, env).url.href;
    expect(url()).toBe("http://127.0.0.1:8000/metrics/stream");
    expect(url(undefined, { TELLTALE_URL: "https://h" })).toBe("https://h/metrics/stream");
    expect(url("localhost:9", { TELLTALE_URL: "https://h" })).toBe(
      "http://localhost:9/metrics/stream",
    );
    expect(url("wss://h/own?x=1#y")).toBe("wss://h/own?x=1");
  });

  test("words that are no address are a query", () => {
    const read = (...words: string[]) => readFlags(words, { retry: true }, {});
    const { url, filter } = read("status:error", "localhost:9", "latency>2s", '"rate limit"');
    expect(url.host).toBe("localhost:9");
    if (!filter.query) throw new Error("a query");
    expect(printQuery(filter.query)).toBe('status:error latency>2s "rate limit"');
    const slow = { ...request({ status: "error" }), latency_ms: 3000, error_message: "Rate limit" };
    expect(matches(filter, slow)).toBe(true);
    expect(matches(filter, { ...slow, latency_ms: 2000 })).toBe(false);
    expect(narrowed(url, filter).searchParams.get("q")).toBe(
      'status:error latency>2s "rate limit"',
    );
    for (const word of ["timeout", "model:gpt-4o", "code:500", "user:42", "-demo:true"]) {
      expect(read(word).filter.query?.terms, word).toHaveLength(1);
    }
    for (const word of ["metrics.example.com", "https://h", "10.0.0.1/x", "[::1]:8", "h:80"]) {
      expect(read(word).filter.query, word).toBeUndefined();
    }
    expect(() => read("stauts:error")).toThrow("did you mean status?\n  stauts:error\n  ^^^^^^");
    expect(() => read("http://a", "http://b")).toThrow("one address");
  });

  test("say what they want", () => {
    const { filter, limit } = readFlags(
      [],
      { retry: true, model: ["a,b", "c"], errors: true, minLatency: "2000", limit: "3" },
      {},
    );
    expect(filter).toEqual({ statuses: ["error"], models: ["a", "b", "c"], minLatency: 2000 });
    expect(limit).toBe(3);
  });

  test.each([
    [{ status: "failed" }, /--status failed: expected success, error, in_progress/],
    [{ status: "in_progress" }, /with --json only/],
    [{ status: "error", errors: true }, /one of the two/],
    [{ minLatency: "fast" }, /--min-latency fast: expected milliseconds/],
    [{ limit: "0" }, /--limit 0/],
  ])("%j is refused", (flags, text) => {
    expect(() => readFlags([], { retry: true, ...flags }, {})).toThrow(text);
  });

  test.each([["ftp://h"], ["http://"], ["http://a b"]])("the address %s is refused", (address) => {
    expect(() => readFlags([address], { retry: true }, {})).toThrow(/expected an address/);
  });
});

describe("what was not seen yet", () => {
  const ids = (requests: readonly RequestUpdate[]) => requests.map(({ id }) => id);

  test("is told once, however it comes; the state at the beginning is the past", () => {
    const unseen = new Unseen();
    const [a, b, c] = ["a", "b", "c"].map((id) => request({ id }));
    const running = request({ id: "d", status: "in_progress" });
    if (!a || !b || !c) throw new Error("three requests");
    expect(unseen.takeState([running, a])).toEqual([]);
    expect(unseen.take(b)).toBe(true);
    expect(unseen.take(b)).toBe(false);
    const ended = request({ id: "d" });
    expect(ids(unseen.takeState([ended, c, b, a]))).toEqual(["c", "d"]);
    expect(unseen.takeState([ended, c, b, a])).toEqual([]);
    expect(unseen.take(running)).toBe(false);
  });
});
