import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configSchema } from "../src/config.ts";
import { type Server, startServer } from "../src/server.ts";

const minute = 60_000;
const now = Date.now();
let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-read-"));
  server = await startServer({
    config: configSchema.parse({ port: 0, dataDir: folder, tickMs: 1000 }),
    logger: pino({ level: "silent" }),
  });
  const events = Array.from({ length: 240 }, (_, i) => ({
    id: `r${i}`,
    model: i % 3 === 0 ? "o3" : "gpt-4o",
    provider: "openai",
    user_id: `u${i % 4}`,
    created: now - (240 - i) * minute,
    latency_ms: i % 3 === 0 ? 4000 + i : 500 + i,
    ttft_ms: 100,
    streaming: true,
    prompt_tokens: 100,
    completion_tokens: 11,
    ...(i % 5 === 0 || i === 8 ? {} : { cost: 0.5 }),
    ...(i % 10 === 7 && {
      status: "error",
      status_code: 429,
      error_type: "rate_limit_error",
      error_message: `Rate limit reached for org-a1b2c3d4e5f6: used ${i * 100}, try again in ${i}ms. See https://x.test/${i}`,
    }),
    ...(i === 8 && {
      model: "no-price",
      status: "error",
      status_code: 401,
      error_type: "authentication_error",
      error_message: "no",
    }),
  }));
  const sent = await fetch(`${server.url}/ingest/requests`, {
    method: "POST",
    body: JSON.stringify(events),
  });
  expect(await sent.json()).toMatchObject({ accepted: 240 });
}, 60_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely here
async function get(path: string, parameters: Record<string, string> = {}): Promise<any> {
  const answer = await fetch(`${server.url}/api/v1${path}?${new URLSearchParams(parameters)}`);
  return answer.json();
}

const all = { from: String(now - 300 * minute), to: String(now + minute) };

describe("/requests", () => {
  test("takes a query, counts, and goes oldest first", async () => {
    const found = await get("/requests", { q: "status:error user:u3", count: "true", limit: "2" });
    expect(found.total).toBe(12);
    expect(found.requests.map(({ id }: { id: string }) => id)).toEqual(["r227", "r207"]);
    const old = await get("/requests", { order: "asc", limit: "3" });
    expect(old.requests.map(({ id }: { id: string }) => id)).toEqual(["r0", "r1", "r2"]);
    const next = await get("/requests", { order: "asc", limit: "1", cursor: old.next_cursor });
    expect(next.requests[0].id).toBe("r3");
  });

  test("[Q3] a query that can not be read is refused with its column and what to write", async () => {
    const metric = { metric: "requests" };
    const addresses: [string, Record<string, string>][] = [
      ["/requests", {}],
      ["/errors", {}],
      ["/errors/groups", {}],
      ["/series", metric],
      ["/breakdown", { ...metric, group_by: "model" }],
      ["/compare", {}],
      ["/costs", {}],
      ["/heatmap", {}],
      ["/export", {}],
    ];
    for (const [path, more] of addresses) {
      expect(await get(path, { ...more, q: "model:o3 stauts:error" }), path).toMatchObject({
        status: 400,
        parameter: "q",
        column: 10,
        length: 6,
        suggestion: "status",
      });
    }
    const stream = await fetch(`${server.url}/metrics/stream?q=stauts:error`, {
      headers: { accept: "text/event-stream" },
    });
    expect([stream.status, await stream.json()]).toMatchObject([
      400,
      { parameter: "q", column: 1, length: 6, suggestion: "status" },
    ]);
  });
});

describe("/errors", () => {
  test("pages through the stored ones", async () => {
    const page = await get("/errors", { q: "type:rate*", limit: "20" });
    expect(page.errors).toHaveLength(20);
    const rest = await get("/errors", { q: "type:rate*", limit: "20", cursor: page.next_cursor });
    expect(rest.errors).toHaveLength(4);
    expect(rest.next_cursor).toBeNull();
  });

  test("[Q4] groups what differs only in numbers, ids and addresses, and names a query for each", async () => {
    const { groups, total } = await get("/errors/groups", all);
    expect(total).toBe(2);
    expect(groups[0]).toMatchObject({
      error_type: "rate_limit_error",
      message: "Rate limit reached for <id>: used <n>, try again in <n>ms. See <url>",
      count: 24,
      severity: "medium",
      status_codes: [429],
      user_count: 2,
    });
    expect(groups[0].models.map(({ model }: { model: string }) => model)).toEqual(["gpt-4o", "o3"]);
    expect(groups[0].first_seen).toBeLessThan(groups[0].last_seen);
    const sum = groups[0].trend.reduce((n: number, [, count]: [number, number]) => n + count, 0);
    expect(sum).toBe(24);
    expect(groups[1]).toMatchObject({ count: 1, severity: "critical", users: ["u0"] });
    for (const { q, count } of groups) {
      expect((await get("/requests", { q, count: "true" })).total, q).toBe(count);
    }
  });
});

describe("/series", () => {
  test("narrows, splits, limits and fills", async () => {
    const asked = { ...all, metric: "requests", step: "1h" };
    const found = await get("/series", { ...asked, group_by: "model", limit: "2", q: "user:u0" });
    expect(found.series.map(({ group }: { group: string }) => group)).toEqual(["gpt-4o", "o3"]);
    expect(found.left_out).toBe(1);
    const full = await get("/series", { ...asked, fill: "true", from: String(now - 600 * minute) });
    const values = full.series[0].points.map(([, value]: [number, number]) => value);
    expect(values.length).toBeGreaterThanOrEqual(10);
    expect(values).toContain(0);
    expect(values.reduce((a: number, b: number) => a + b, 0)).toBe(240);
    const slow = await get("/series", {
      ...asked,
      metric: "p50_latency_ms",
      fill: "true",
      from: String(now - 600 * minute),
    });
    expect(slow.series[0].points[0][1]).toBeNull();
  });

  test("a rate is over the part of a step that was asked for", async () => {
    const from = now - 90 * minute;
    const found = await get("/series", {
      metric: "requests_per_second",
      from: String(from),
      to: String(now),
      step: "1d",
    });
    const requests = await get("/series", {
      metric: "requests",
      from: String(from),
      to: String(now),
      step: "1d",
    });
    const of = (answer: { series: { points: [number, number][] }[] }) =>
      answer.series[0]?.points ?? [];
    const rate = of(found).reduce((sum, [start, value]) => {
      const seconds = (Math.min(start + 86_400_000, now) - Math.max(start, from)) / 1000;
      return sum + value * seconds;
    }, 0);
    expect(rate).toBeCloseTo(
      of(requests).reduce((sum, [, value]) => sum + value, 0),
      6,
    );
  });

  test("the heat map holds every request once, in buckets that hold it", async () => {
    const { cells, buckets } = await get("/heatmap", { ...all, metric: "latency_ms", step: "1h" });
    expect(cells.reduce((sum: number, [, , count]: number[]) => sum + (count ?? 0), 0)).toBe(240);
    expect(buckets[0].low).toBeLessThanOrEqual(501);
    expect(buckets[0].high).toBeGreaterThan(501);
    expect(buckets.at(-1).high).toBeGreaterThan(4237);
    expect(buckets.at(-1).low).toBeLessThanOrEqual(4237);
  });
});

test("/breakdown says who has most, and of how much", async () => {
  const found = await get("/breakdown", {
    ...all,
    metric: "cost",
    group_by: "user_id",
    limit: "2",
  });
  expect(found.rows).toHaveLength(2);
  expect(found.groups).toBe(4);
  expect(found.total).toBeGreaterThan(90);
  expect(found.rows[0].share).toBeCloseTo(found.rows[0].value / found.total, 9);
});

describe("/compare", () => {
  test("two models: a slower one is called slower, equal error rates are not called different", async () => {
    const { comparisons } = await get("/compare", {
      ...all,
      model_a: "o3",
      model_b: "gpt-4o",
      metric: "p50_latency_ms,avg_latency_ms,error_rate,max_latency_ms",
    });
    const [p50, mean, errors, most] = comparisons;
    expect(p50).toMatchObject({ significance: { verdict: "higher" } });
    expect(mean).toMatchObject({ count: 80, significance: { verdict: "higher" } });
    expect(mean.text).toMatch(/^avg_latency_ms is higher by /);
    expect(errors).toMatchObject({ significance: { verdict: "no_difference" } });
    expect(most).toMatchObject({ significance: { verdict: "not_tested" } });
  });

  test("sums of ranges of different lengths are compared as if they were the same", async () => {
    const found = await get("/compare", {
      metric: "requests,avg_ttft_ms",
      from: String(now - 60 * minute),
      to: String(now),
      against_from: String(now - 180 * minute),
      against_to: String(now - 60 * minute),
    });
    expect(found.scale).toBe(0.5);
    expect(found.comparisons[0].against_value).toBeCloseTo(60, -1);
    expect(found.comparisons[0].significance.verdict).toBe("no_difference");
    expect(found.comparisons[1].against_value).toBe(100);
  });

  test("what is half said is refused", async () => {
    expect(await get("/compare", { model_a: "x" })).toMatchObject({ parameter: "model_b" });
    expect(await get("/compare", { against_from: "1" })).toMatchObject({ parameter: "against_to" });
    expect(await get("/compare", { metric: "speed" })).toMatchObject({ parameter: "metric" });
  });
});

test("/costs adds up, names what is unknown, and does not project from less than three days", async () => {
  const found = await get("/costs", { ...all, group_by: "user_id" });
  const sum = found.groups.reduce((n: number, { cost }: { cost: number }) => n + cost, 0);
  expect(sum).toBeCloseTo(found.total.cost, 9);
  expect(found.total).toMatchObject({ requests: 240, unknown_cost_requests: 1 });
  expect(found.groups[0].points.length).toBeGreaterThan(0);
  expect(found.previous.requests).toBe(0);
  expect(found.projection.projected).toBeNull();
  expect(found.projection.method).toContain("three whole days");
});
