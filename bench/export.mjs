// How long a million stored requests take to become a file over HTTP, against DuckDB's own COPY of
// the same table with the same compression and as many threads.
import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ensureBuilt } from "../scripts/build.mjs";

const rows = Number(process.argv.slice(2).find(Number) ?? 1_000_000);
const runs = 5;
const batch = 10_000;

if (!(await ensureBuilt())) process.exit(1);
// Dependencies of the server, wherever npm has put them.
const require = createRequire(new URL("../packages/telltale/package.json", import.meta.url));
const { DuckDBInstance } = require("@duckdb/node-api");
const { pino } = require("pino");
const { openDuckdbStore } = await import("../packages/telltale/dist/history/duckdb/store.js");
const { startServer } = await import("../packages/telltale/dist/server.js");
const { configSchema } = await import("../packages/telltale/dist/config.js");
const { unknownRequest } = await import("../packages/telltale/dist/event.js");

const directory = mkdtempSync(path.join(os.tmpdir(), "telltale-bench-export-"));
const database = path.join(directory, "history.duckdb");
const target = path.join(directory, "out");
const models = ["gpt-4o", "gpt-4o-mini", "claude-haiku-4-5", "o3", "llama-3.3-70b"];

function event(i) {
  const spread = ((i * 2654435761) % 1000) / 1000;
  return {
    ...unknownRequest,
    id: `bench-${i.toString(36)}-${(i * 7919).toString(36)}`,
    source: "native",
    model: models[i % models.length],
    provider: "openai",
    status: i % 50 === 0 ? "error" : "success",
    created: Date.UTC(2026, 0, 1) + i * 20,
    latencyMs: 300 + 4000 * spread,
    ttftMs: 80 + 300 * spread,
    streaming: true,
    usage: { input: 100 + (i % 900), cacheRead: 0, cacheWrite: 0, output: i % 700, reasoning: 0 },
    usageQuality: "reported",
    cost: 0.0001 + spread / 100,
    failure: i % 50 === 0 ? { type: "rate_limit_error", message: "Slow down" } : null,
    endpoint: "/v1/chat/completions",
    userId: `user-${i % 5000}`,
    service: `service-${i % 12}`,
  };
}

const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)];

async function timed(work) {
  const times = [];
  for (let run = 0; run < runs; run++) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return median(times);
}

try {
  const store = await openDuckdbStore({ path: database });
  for (let i = 0; i < rows; i += batch) {
    const events = Array.from({ length: Math.min(batch, rows - i) }, (_, at) => event(i + at));
    await store.append(events, Date.UTC(2026, 5, 1));
  }
  await store.close();

  const config = configSchema.parse({ port: 0, dataDir: directory });
  const server = await startServer({ config, logger: pino({ level: "silent" }) });
  const results = {};
  for (const format of ["parquet", "csv", "ndjson"]) {
    const ms = await timed(async () => {
      const answer = await fetch(`${server.url}/api/v1/export?format=${format}`);
      if (answer.headers.get("x-total-count") !== String(rows)) throw new Error("rows are missing");
      await pipeline(Readable.fromWeb(answer.body), createWriteStream(target));
    });
    results[format] = { ms, bytes: statSync(target).size };
  }
  await server.stop();

  const instance = await DuckDBInstance.create(database, { memory_limit: config.memoryLimit });
  const connection = await instance.connect();
  const own = await timed(() =>
    connection.run(`COPY requests TO '${target}' (FORMAT parquet, COMPRESSION zstd)`),
  );
  connection.closeSync();
  instance.closeSync();

  console.log(
    `${rows} requests to a file, median of ${runs}, on ${os.availableParallelism()} cores`,
  );
  for (const [format, { ms, bytes }] of Object.entries(results)) {
    console.log(
      `  over HTTP as ${format.padEnd(8)} ${(ms / 1000).toFixed(2)} s  ${(bytes / 1e6).toFixed(0)} MB`,
    );
  }
  console.log(`  DuckDB's own COPY     ${(own / 1000).toFixed(2)} s`);
  console.log(
    `  Parquet over HTTP / COPY ${(results.parquet.ms / own).toFixed(2)} (promised: at most 2)`,
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
