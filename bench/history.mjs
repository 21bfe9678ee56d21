// 10 million requests over 30 days: disk, queries over HTTP idle and while events arrive, acknowledgements, export.
import { spawn } from "node:child_process";
import { constants, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { ensureBuilt } from "../scripts/build.mjs";
import { root } from "../scripts/root.mjs";
import { dataSet } from "./history/data-set.mjs";

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rows: { type: "string", default: "10000000" },
    rate: { type: "string", default: "5000" },
    runs: { type: "string", default: "20" },
    serve: { type: "string" },
  },
});
const rows = Number(values.rows);
const rate = Number(values.rate);
const runs = Number(values.runs);
const day = 86_400_000;
const hour = 3_600_000;

const dist = (file) => path.join(root, "packages/telltale/dist", file);
const require = createRequire(path.join(root, "packages/telltale/package.json"));
const { DuckDBInstance } = require("@duckdb/node-api");

/** The server, in a process of its own, told to stop and asked for its figures by messages. */
async function serve(dataDir) {
  const { startServer } = await import(dist("server.js"));
  const { configSchema } = await import(dist("config.js"));
  const { pino } = require("pino");
  const config = configSchema.parse({
    port: 0,
    dataDir,
    retentionDays: 3650,
    sumRetentionDays: 3650,
  });
  const began = performance.now();
  const server = await startServer({ config, logger: pino({ level: "silent" }) });
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  process.on("message", async (asked) => {
    if (asked === "stop") {
      await server.stop();
      process.exit(0);
    }
    process.send({ cpu: process.cpuUsage(), longest: loop.max / 1e6 });
    loop.reset();
  });
  process.send({ url: server.url, ms: performance.now() - began, memory: config.memoryLimit });
}

/** ms of processor that the main thread of a process has had; null where the system does not say. */
function mainThreadOf(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return null;
  }
}

const percentile = (times, q) => times.sort((a, b) => a - b)[Math.ceil(q * times.length) - 1];
const load = () => os.loadavg()[0].toFixed(1);

async function start(dataDir) {
  const child = spawn(process.execPath, [process.argv[1], "history", "--serve", dataDir], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const answer = () => new Promise((resolve) => child.once("message", resolve));
  const { url, ms } = await answer();
  return {
    url,
    ms,
    pid: child.pid,
    figures: () => {
      const figures = answer();
      child.send("figures");
      return figures;
    },
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", resolve);
        child.send("stop");
      }),
  };
}

function queriesOf(end, known) {
  const begin = end - 30 * day;
  const series = (given) => `/api/v1/series?${new URLSearchParams({ limit: 1000, ...given })}`;
  const long = { from: begin, to: end, step: "1h", group_by: "model" };
  const page = (given) => `/api/v1/requests?${new URLSearchParams(given)}`;
  return [
    ["series 30 d per hour by model, requests", series({ metric: "requests", ...long })],
    ["series 30 d per hour by model, p95 latency", series({ metric: "p95_latency_ms", ...long })],
    [
      "series 30 d per hour by service, cost",
      series({ metric: "cost", ...long, group_by: "service" }),
    ],
    [
      "series 30 d per day, p99 time to first token",
      series({ metric: "p99_ttft_ms", ...long, step: "1d" }),
    ],
    [
      "series last hour per minute, p95 latency",
      series({
        metric: "p95_latency_ms",
        from: end - hour,
        to: end,
        step: "1m",
        group_by: "model",
      }),
    ],
    [
      "series last 15 min per 10 s, requests (rows)",
      series({ metric: "requests", from: end - 900_000, to: end, step: "10s", group_by: "model" }),
    ],
    ["page: newest 100", page({})],
    ["page: newest 1,000", page({ limit: 1000 })],
    ["page: model and status", page({ q: "model:model-3 status:error" })],
    ["page: one user of a thousand", page({ q: "user:user-77" })],
    ["page: a user seen twice", page({ q: "user:user-5000-rare" })],
    ["page: a rare model and status", page({ q: "model:model-10-preview status:error" })],
    ["page: a word, seen ten times", page({ q: "overloaded" })],
    ["page: a word that is nowhere", page({ q: "quotum" })],
    ["page: one trace", page({ q: `trace:${known.trace_id}` })],
    ["page: one response", page({ q: `response:${known.response_id}` })],
    ["page: an hour ten days ago", page({ from: begin + 10 * day, to: begin + 10 * day + hour })],
    ["page: slower than 20 s, 9,000 apart", page({ q: "latency>20s" })],
    ["page: slower than 30 s, 66,000 apart", page({ q: "latency>30s" })],
    ["page: part of an id", page({ q: "deadbeef" })],
    ["one request by an old id", `/api/v1/requests/${known.id}`],
    ["heatmap of a day", `/api/v1/heatmap?${new URLSearchParams({ from: end - day, to: end })}`],
  ];
}

async function measure(server, queries, title) {
  console.log(`${title} (load average ${load()})
  ms: p95 of ${runs} (median) | processor, least: all threads, main thread | longest block of the event loop, median`);
  for (const [name, query] of queries) {
    const [walls, busy, main, blocks] = [[], [], [], []];
    for (let i = -1; i < runs; i++) {
      const before = await server.figures();
      const ownBefore = mainThreadOf(server.pid);
      const asked = performance.now();
      const answer = await fetch(server.url + query);
      await answer.arrayBuffer();
      const wall = performance.now() - asked;
      if (!answer.ok) throw new Error(`${query}: ${answer.status}`);
      const own = mainThreadOf(server.pid) - ownBefore;
      const after = await server.figures();
      // The first is not counted.
      if (i < 0) continue;
      walls.push(wall);
      busy.push((after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1000);
      main.push(own);
      blocks.push(after.longest);
    }
    const column = (number) => number.toFixed(0).padStart(5);
    console.log(
      `  ${name.padEnd(46)} ${column(percentile(walls, 0.95))} (${percentile(walls, 0.5).toFixed(0)}) | ${column(Math.min(...busy))} ${Math.min(
        ...main,
      )
        .toFixed(1)
        .padStart(5)} | ${percentile(blocks, 0.5).toFixed(1)}`,
    );
  }
}

/** The number `i` of finished requests that are alike. */
const reportOf = (i) => ({
  id: crypto.randomUUID(),
  model: `model-${i % 20}`,
  provider: "openai",
  created: Date.now() - 900,
  prompt_tokens: 100 + (i % 501),
  completion_tokens: 50 + (i % 97),
  latency_ms: 400.5 + (i % 977),
  ttft_ms: 90.5,
  streaming: true,
  cost: 0.0125,
  endpoint: "/v1/chat/completions",
  finish_reason: "stop",
  user_id: `user-${i % 1000}`,
  organization_id: "team-1",
  service: "service-1",
  response_id: `chatcmpl-${i}`,
});

async function report(server, batch) {
  const answer = await fetch(`${server.url}/ingest/requests`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(batch),
  });
  await answer.arrayBuffer();
  return answer;
}

/** Reports `rate` finished requests a second, in batches of 50 ms, until told to stop. */
function arrivals(server) {
  const waits = [];
  let stored = 0;
  let number = 0;
  const pending = new Set();
  const post = async () => {
    const batch = Array.from({ length: Math.round(rate / 20) }, () => reportOf(number++));
    const asked = performance.now();
    const answer = await report(server, batch);
    waits.push(performance.now() - asked);
    if (answer.status === 202) stored += batch.length;
  };
  const timer = setInterval(() => {
    const posting = post().finally(() => pending.delete(posting));
    pending.add(posting);
  }, 50);
  return async () => {
    clearInterval(timer);
    await Promise.all(pending);
    return { waits, stored };
  };
}

/** The last three days to Parquet over HTTP, and by the engine's own COPY of the same rows. */
async function exported(server, end) {
  const times = [];
  for (let i = 0; i < 3; i++) {
    const asked = performance.now();
    const answer = await fetch(
      `${server.url}/api/v1/export?format=parquet&from=${end - 3 * day}&to=${end}`,
    );
    await answer.arrayBuffer();
    times.push({
      ms: performance.now() - asked,
      rows: Number(answer.headers.get("x-total-count")),
    });
  }
  return {
    rows: times[0].rows,
    ms: percentile(
      times.map(({ ms }) => ms),
      0.5,
    ),
  };
}

async function copied(file, end) {
  const instance = await DuckDBInstance.create(file, { memory_limit: "512MB" });
  const connection = await instance.connect();
  const target = `${file}.parquet`;
  const times = [];
  for (let i = 0; i < 3; i++) {
    const asked = performance.now();
    await connection.run(`COPY (FROM requests WHERE created >= ${end - 3 * day} AND created < ${end})
      TO '${target}' (FORMAT parquet, COMPRESSION zstd)`);
    times.push(performance.now() - asked);
  }
  connection.closeSync();
  instance.closeSync();
  return percentile(times, 0.5);
}

async function factsOf(file) {
  const instance = await DuckDBInstance.create(file, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  const ask = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS()[0];
  const size = await ask(
    "SELECT (block_size * used_blocks)::DOUBLE AS used FROM pragma_database_size()",
  );
  const { last } = await ask("SELECT max(stored_at) AS last FROM requests");
  const known = await ask(`SELECT id, trace_id, response_id FROM requests
    WHERE seq > ${Math.floor(rows / 3)} AND trace_id IS NOT NULL AND response_id IS NOT NULL ORDER BY seq LIMIT 1`);
  connection.closeSync();
  instance.closeSync();
  return { used: size.used, end: Math.ceil(last), known };
}

async function run() {
  const source = await dataSet(rows);
  const directory = mkdtempSync(path.join(os.tmpdir(), "telltale-bench-"));
  const file = path.join(directory, "history.duckdb");
  try {
    copyFileSync(source, file, constants.COPYFILE_FICLONE);
    const { used, end, known } = await factsOf(file);
    console.log(
      `${rows} requests over 30 days: ${(used / 1e6).toFixed(0)} MB used of ${(statSync(file).size / 1e6).toFixed(0)}, ${(used / rows).toFixed(1)} bytes per request`,
    );
    const server = await start(directory);
    console.log(`  ready in ${server.ms.toFixed(0)} ms`);
    // Acknowledged once the ids of the last day are known, which is work of the start, not of the queries.
    await report(server, [reportOf(0)]);
    const queries = queriesOf(end, known);
    await measure(server, queries, "idle");
    const export1 = await exported(server, end);

    const stop = arrivals(server);
    const began = performance.now();
    await measure(server, queries, `while ${rate} events/s arrive`);
    const seconds = (performance.now() - began) / 1000;
    const { waits, stored } = await stop();
    console.log(
      `  ${(stored / seconds).toFixed(0)} events/s acknowledged; ms: median ${percentile(waits, 0.5).toFixed(0)}, p99 ${percentile(waits, 0.99).toFixed(0)}, longest ${Math.max(...waits).toFixed(0)} (load average ${load()})`,
    );
    await server.stop();
    const own = await copied(file, end);
    console.log(
      `${export1.rows} requests to Parquet over HTTP ${(export1.ms / 1000).toFixed(2)} s, DuckDB's own COPY ${(own / 1000).toFixed(2)} s: ${(export1.ms / own).toFixed(2)} (promised: at most 2)`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (values.serve !== undefined) await serve(values.serve);
else if (!(await ensureBuilt())) process.exit(1);
else await run();
