import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import Anthropic from "@anthropic-ai/sdk";
import { seededRandom } from "@telltale/testkit/seeded-random";
import { afterEach, expect, test } from "vitest";
import { logNormal } from "../src/cli/demo/dice.ts";
import { models } from "../src/cli/demo/models.ts";
import { startDemo } from "../src/cli/demo/traffic.ts";
import { createDemoUpstreams } from "../src/cli/demo/upstreams.ts";
import type { Pace } from "../src/cli/pace.ts";
import { readNativeBody } from "../src/ingest/native/body.ts";

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** Time that passes only by sleeping, and then at once. */
function instantPace(): Pace & { passed: number } {
  const start = Date.UTC(2026, 0, 1);
  const pace = {
    passed: 0,
    now: () => start + pace.passed,
    sleep: async (ms: number, signal?: AbortSignal) => {
      await setImmediate();
      signal?.throwIfAborted();
      pace.passed += ms;
    },
  };
  return pace;
}

async function upstreams(seed: number) {
  const demo = await createDemoUpstreams({ random: seededRandom(seed), pace: instantPace() });
  ending.push(() => demo.close());
  return (name: string): string => demo.upstreams.find((known) => known.name === name)?.url ?? "";
}

interface Chunk {
  readonly choices: readonly { readonly finish_reason: string | null }[];
  readonly usage?: { readonly prompt_tokens: number; readonly total_tokens: number } | null;
}

async function ask(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

function events(text: string): Chunk[] {
  const lines = text.split("\n\n").filter((line) => line !== "");
  expect(lines.pop()).toBe("data: [DONE]");
  return lines.map((line) => JSON.parse(line.replace(/^data: /, "")));
}

/** The first call that nothing happened to; mishaps are a matter of the next test. */
async function untilFine(call: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const response = await call();
    if (response.ok) return response;
    await response.arrayBuffer();
  }
}

test("OpenAI upstreams stream chunks, with usage only when it was asked for", async () => {
  const url = (await upstreams(1))("demo-openai");
  const body = { model: "gpt-4o", stream: true, messages: [] };
  const call = (more: object) =>
    untilFine(() => ask(`${url}/v1/chat/completions`, { ...body, ...more }));

  const plain = await call({});
  expect(plain.headers.get("content-type")).toContain("text/event-stream");
  expect(Number(plain.headers.get("x-ratelimit-remaining-requests"))).toBeGreaterThan(0);
  const without = events(await plain.text());
  expect(without.some((chunk) => "usage" in chunk)).toBe(false);
  expect(without.at(-1)?.choices[0]?.finish_reason).toMatch(/^(stop|length|tool_calls)$/);

  const usage = await call({ stream_options: { include_usage: true } });
  const withUsage = events(await usage.text());
  const last = withUsage.pop();
  expect(last?.choices).toEqual([]);
  expect(last?.usage?.total_tokens).toBeGreaterThan(last?.usage?.prompt_tokens ?? 0);
  expect(withUsage.every((chunk) => chunk.usage === null)).toBe(true);
});

test("the Anthropic upstream satisfies Anthropic's own SDK, streamed and whole", async () => {
  const baseURL = (await upstreams(2))("demo-anthropic");
  const client = new Anthropic({ baseURL, apiKey: "demo", maxRetries: 5 });
  const question = {
    model: "claude-haiku-4-5",
    max_tokens: 100,
    messages: [{ role: "user" as const, content: "?" }],
  };
  const whole = await client.messages.create(question);
  const streamed = await client.messages.stream(question).finalMessage();
  for (const message of [whole, streamed]) {
    expect(message.content[0]?.type).toBe("text");
    expect(message.usage.input_tokens).toBeGreaterThan(0);
    expect(message.usage.output_tokens).toBeGreaterThan(1);
    expect(message.stop_reason).toMatch(/^(end_turn|max_tokens|tool_use)$/);
  }
});

test("a few percent of calls fail, in every way, and most succeed", async () => {
  const url = (await upstreams(3))("demo-openai");
  const outcomes = new Map<string, number>();
  for (let i = 0; i < 800; i++) {
    const outcome = await ask(`${url}/v1/chat/completions`, {
      model: "gpt-4o-mini",
      stream: i % 2 > 0,
    })
      .then(async (response) => {
        await response.text();
        if (response.status === 429) expect(response.headers.get("retry-after")).toBe("5");
        return String(response.status);
      })
      .catch(() => "broken");
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect([...outcomes.keys()].sort()).toEqual(["200", "429", "500", "503", "broken"]);
  expect(outcomes.get("200")).toBeGreaterThan(600);
  expect(outcomes.get("200")).toBeLessThan(795);
});

test("waiting times have the median asked for and a long tail", () => {
  const random = seededRandom(4);
  const drawn = Array.from({ length: 20_000 }, () => logNormal(random, 400, 0.5)).sort(
    (a, b) => a - b,
  );
  expect((drawn[10_000] ?? 0) / 400).toBeCloseTo(1, 1);
  expect(drawn[19_800]).toBeGreaterThan(400 * 2.5);
});

interface Seen {
  readonly url: string;
  readonly headers: Record<string, unknown>;
  readonly body: unknown;
}

/** A server that remembers what it is asked and answers nothing until told to. */
async function recorder(enough: number) {
  const seen: Seen[] = [];
  let atOnce = 0;
  let most = 0;
  let hungUp = 0;
  let done = (): void => undefined;
  const full = new Promise<void>((resolve) => {
    done = resolve;
  });
  const server = createServer((request, response) => {
    const proxied = request.url?.startsWith("/proxy/") === true;
    if (proxied) most = Math.max(most, ++atOnce);
    response.on("close", () => {
      if (proxied) atOnce--;
      if (!response.writableFinished) hungUp++;
    });
    const remember = (body: unknown): void => {
      seen.push({ url: request.url ?? "", headers: request.headers, body });
      if (seen.length >= enough) done();
      // Every third call is never answered, so that calls pile up.
      if (!proxied || seen.length % 3 > 0) response.end("{}");
    };
    json(request).then(remember, () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  ending.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    seen,
    full,
    most: () => most,
    hungUp: () => hungUp,
  };
}

test("traffic goes through the proxy and the native door, marked, bounded, and stops", async () => {
  const server = await recorder(400);
  const demo = startDemo({ baseUrl: server.baseUrl, random: seededRandom(5), pace: instantPace() });
  await server.full;
  await demo.stop();
  const count = server.seen.length;
  await setImmediate();
  expect(server.seen.length).toBe(count);

  const calls = server.seen.filter(({ url }) => url.startsWith("/proxy/"));
  expect(new Set(calls.map(({ url }) => url))).toEqual(
    new Set([
      "/proxy/demo-openai/v1/chat/completions",
      "/proxy/demo-anthropic/v1/messages",
      "/proxy/demo-gemini/v1/chat/completions",
      "/proxy/demo-vllm/v1/chat/completions",
    ]),
  );
  for (const { headers } of calls) {
    expect(headers["x-telltale-user"]).toMatch(/^user-\d+$/);
    expect(headers["x-telltale-organization"]).toMatch(/^team-[a-e]$/);
    expect(headers["x-telltale-service"]).toMatch(/^[a-z-]+$/);
  }
  expect(server.most()).toBeLessThanOrEqual(64);
  // That a caller has left arrives after they have.
  await expect.poll(server.hungUp).toBeGreaterThan(0);

  const reports = server.seen.filter(({ url }) => url === "/ingest/requests");
  expect(reports.length).toBeGreaterThan(0);
  for (const { body } of reports) {
    const read = readNativeBody(JSON.stringify(body), JSON.parse, Date.now());
    expect(read.rejected).toEqual([]);
    expect(read.events.every(({ demo }) => demo)).toBe(true);
  }
});

test("every demo model is served by an upstream, and one has no known price", () => {
  const names = ["demo-openai", "demo-anthropic", "demo-gemini", "demo-vllm"];
  expect(models.every(({ upstream }) => names.includes(upstream))).toBe(true);
  expect(models.some(({ model }) => model.startsWith("llama"))).toBe(true);
});
