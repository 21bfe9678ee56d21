// 10 million requests over 30 days: queries, disk and the event loop, idle and while events arrive.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { ensureBuilt } from "../scripts/build.mjs";
import { root } from "../scripts/root.mjs";

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rows: { type: "string", default: "10000000" },
    rate: { type: "string", default: "5000" },
    runs: { type: "string", default: "40" },
    keep: { type: "string" },
  },
});
const rows = Number(values.rows);
const rate = Number(values.rate);
const runs = Number(values.runs);
const day = 86_400_000;
const hour = 3_600_000;
const now = Date.now();
const begin = now - 30 * day;

if (!(await ensureBuilt())) process.exit(1);
const dist = (file) => path.join(root, "packages/telltale/dist", file);
const { openDuckdbStore } = await import(dist("history/duckdb/store.js"));
const { DuckDBInstance } = createRequire(path.join(root, "packages/telltale/package.json"))(
  "@duckdb/node-api",
);

const directory = values.keep ?? mkdtempSync(path.join(os.tmpdir(), "telltale-bench-"));
const file = path.join(directory, "history.duckdb");

/**
 * Rows as the doors make them: random ids, 20 models of unequal share, log-normal latencies, 3%
 * errors, a thousand users. Made in the engine itself: through the pipeline it would take minutes.
 */
async function generate() {
  const store = await openDuckdbStore({ path: file });
  await store.close();
  const instance = await DuckDBInstance.create(file, { memory_limit: "2GB" });
  const connection = await instance.connect();
  await connection.run("SELECT setseed(0.42)");
  const step = (now - begin) / rows;
  const chunk = 500_000;
  for (let from = 0; from < rows; from += chunk) {
    const to = Math.min(rows, from + chunk);
    await connection.run(`INSERT INTO requests BY NAME
      WITH base AS (
        SELECT i + 1 AS seq, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e, random() AS f,
          round(${begin} + i * ${step}) AS ended
        FROM range(${from}, ${to}) t(i)),
      shaped AS (SELECT *, round(exp(7 + 0.8 * sqrt(-2 * ln(1 - a)) * cos(6.283185307 * b)), 1) AS latency,
          'model-' || floor(20 * c * c)::INTEGER AS model, d < 0.03 AS failed,
          floor(exp(5 + 1.5 * e))::BIGINT AS prompt, floor(exp(3 + 3 * f))::BIGINT AS output FROM base)
      SELECT seq, ended + 20 AS stored_at, uuid()::VARCHAR AS id, 'proxy' AS source, model,
        CASE WHEN c < 0.5 THEN 'openai' ELSE 'anthropic' END AS provider,
        CASE WHEN failed THEN 'error' ELSE 'success' END AS status, ended - latency AS created, latency AS latency_ms,
        CASE WHEN e < 0.7 THEN round(latency * (0.1 + 0.2 * f), 1) END AS ttft_ms, e < 0.7 AS streaming,
        CASE WHEN NOT failed THEN prompt END AS input_tokens,
        CASE WHEN NOT failed THEN CASE WHEN b < 0.3 THEN 1024 ELSE 0 END END AS cache_read_tokens,
        CASE WHEN NOT failed THEN 0 END AS cache_write_tokens, CASE WHEN NOT failed THEN output END AS output_tokens,
        CASE WHEN NOT failed THEN 0 END AS reasoning_tokens,
        CASE WHEN failed THEN 'unknown' ELSE 'reported' END AS usage_quality,
        CASE WHEN NOT failed THEN (prompt * 0.15 + output * 0.6) / 1e6 END AS cost,
        CASE WHEN failed THEN 'rate_limit_exceeded' END AS error_type,
        CASE WHEN failed THEN 'Rate limit reached for requests' END AS error_message,
        CASE WHEN failed THEN 429 ELSE 200 END AS status_code, CASE WHEN NOT failed THEN 'stop' END AS finish_reason,
        '/v1/chat/completions' AS endpoint, 'user-' || floor(1000 * b)::INTEGER AS user_id,
        'team-' || floor(10 * b)::INTEGER AS organization_id, 'service-' || floor(5 * a)::INTEGER AS service,
        CASE WHEN NOT failed THEN 'chatcmpl-' || substr(md5(seq::VARCHAR), 1, 24) END AS response_id, false AS demo
      FROM shaped`);
    process.stdout.write(`\r  generating ${((100 * to) / rows).toFixed(0)}%`);
  }
  connection.closeSync();
  instance.closeSync();
  process.stdout.write("\r");
}

const percentile = (times, q) => times.sort((a, b) => a - b)[Math.ceil(q * times.length) - 1];

function event(i) {
  const failed = i % 33 === 0;
  return {
    id: crypto.randomUUID(),
    source: "proxy",
    model: `model-${i % 20}`,
    provider: "openai",
    status: failed ? "error" : "success",
    created: Date.now() - 900,
    latencyMs: 400 + (i % 977),
    ttftMs: 90.5,
    streaming: true,
    usage: failed
      ? null
      : {
          input: 100 + (i % 501),
          cacheRead: 0,
          cacheWrite: 0,
          output: 50 + (i % 97),
          reasoning: 0,
        },
    usageQuality: failed ? "unknown" : "reported",
    cost: failed ? null : 0.0125,
    failure: failed
      ? { type: "rate_limit_exceeded", message: "Rate limit reached for requests" }
      : null,
    statusCode: failed ? 429 : 200,
    finishReason: failed ? null : "stop",
    endpoint: "/v1/chat/completions",
    userId: `user-${i % 1000}`,
    organizationId: "team-1",
    service: "service-1",
    traceId: null,
    responseId: `chatcmpl-${crypto.randomUUID().slice(0, 24)}`,
    apiKey: null,
    queueMs: null,
    serviceTier: null,
    attributes: null,
    demo: false,
  };
}

/** Appends `rate` events a second in batches of 50 ms until told to stop; ms each waited. */
function arrivals(store) {
  const waits = [];
  let count = 0;
  const timer = setInterval(async () => {
    const batch = Array.from({ length: Math.round(rate / 20) }, () => event(count++));
    const asked = performance.now();
    await store.append(batch, Date.now());
    waits.push(performance.now() - asked);
  }, 50);
  return {
    stop: () => {
      clearInterval(timer);
      return { waits, count };
    },
  };
}

const queries = {
  "series 30 d per hour by model, requests": (s) =>
    s.series({ metric: "requests", from: begin, to: Date.now(), step: hour, groupBy: "model" }),
  "series 30 d per hour by model, p95 latency": (s) =>
    s.series({
      metric: "p95_latency_ms",
      from: begin,
      to: Date.now(),
      step: hour,
      groupBy: "model",
    }),
  "series 30 d per hour by service, cost": (s) =>
    s.series({ metric: "cost", from: begin, to: Date.now(), step: hour, groupBy: "service" }),
  "series last hour per minute, p95 latency": (s) =>
    s.series({
      metric: "p95_latency_ms",
      from: Date.now() - hour,
      to: Date.now(),
      step: 60_000,
      groupBy: "model",
    }),
  "series last 15 min per 10 s, requests (rows)": (s) =>
    s.series({
      metric: "requests",
      from: Date.now() - 900_000,
      to: Date.now(),
      step: 10_000,
      groupBy: "model",
    }),
  "page: model and status, newest 100": (s) =>
    s.requests({ model: "model-3", status: "error" }, 100),
  "page: one user, newest 100": (s) => s.requests({ userId: "user-77" }, 100),
  "page: slow ones, newest 100": (s) => s.requests({ minLatencyMs: 20_000 }, 100),
  "one request by id": (s, known) => s.request(known),
};

async function measure(store, known, title) {
  console.log(`${title}: p95 of ${runs} (median), ms; least processor time of one, ms`);
  for (const [name, ask] of Object.entries(queries)) {
    const times = [];
    const busy = [];
    await ask(store, known);
    for (let i = 0; i < runs; i++) {
      const asked = performance.now();
      const before = process.cpuUsage();
      await ask(store, known);
      times.push(performance.now() - asked);
      const { user, system } = process.cpuUsage(before);
      busy.push((user + system) / 1000);
    }
    console.log(
      `  ${name.padEnd(48)} ${percentile(times, 0.95).toFixed(0).padStart(5)} (${percentile(times, 0.5).toFixed(0)}) ${Math.min(...busy).toFixed(0)}`,
    );
  }
}

try {
  if (!values.keep || !statSync(file, { throwIfNoEntry: false })) await generate();
  let at = performance.now();
  const store = await openDuckdbStore({ path: file });
  const opened = performance.now() - at;
  at = performance.now();
  await store.rollUp();
  const rolled = performance.now() - at;
  const bytes = (
    await store.retain({
      storedBefore: null,
      rolledBefore: null,
      runningBefore: null,
      maxBytes: null,
    })
  ).bytes;
  console.log(`${rows} requests over 30 days: ${(bytes / 1e6).toFixed(0)} MB, ${(bytes / rows).toFixed(1)} bytes per request
  opened in ${opened.toFixed(0)} ms, summed up in ${(rolled / 1000).toFixed(1)} s`);
  await store.close();
  at = performance.now();
  const again = await openDuckdbStore({ path: file });
  const restored = await again.restore({
    windowFrom: now - 300_000,
    idsFrom: now - day,
    costsFrom: now - day,
    recent: 200,
  });
  console.log(
    `  opened and restored in ${(performance.now() - at).toFixed(0)} ms (${restored.ids.length} ids of the last day)`,
  );
  const known = (await again.requests({ to: begin + 10 * day }, 1)).requests[0]?.id ?? "";

  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  await measure(again, known, "idle");
  console.log(`  longest block of the event loop ${(loop.max / 1e6).toFixed(1)} ms`);
  loop.reset();
  const arriving = arrivals(again);
  const before = performance.now();
  await measure(again, known, `while ${rate} events/s arrive`);
  const { waits, count } = arriving.stop();
  console.log(`  longest block of the event loop ${(loop.max / 1e6).toFixed(1)} ms
  ${(count / ((performance.now() - before) / 1000)).toFixed(0)} events/s stored; a batch waited ${percentile(waits, 0.5).toFixed(0)} ms, p99 ${percentile(waits, 0.99).toFixed(0)}, longest ${Math.max(...waits).toFixed(0)}`);
  await again.close();
} finally {
  if (!values.keep) rmSync(directory, { recursive: true, force: true });
}
