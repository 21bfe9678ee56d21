// How long a warm start takes, from the command to /readyz, and what the start script adds; how long
// with a day of requests to know again, and when the first report after that is acknowledged.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { ensureBuilt } from "../scripts/build.mjs";
import { root } from "../scripts/root.mjs";

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    runs: { type: "string", default: "7" },
    /** Requests of the last day. */
    requests: { type: "string", default: "500000" },
  },
});
const runs = Number(values.runs);
const requests = Number(values.requests);

async function untilReady(command, directory, then = async () => 0) {
  const begin = performance.now();
  const child = spawn(command[0], [...command.slice(1), "--port", "0", "--data-dir", directory], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TELLTALE_LOG_LEVEL: "error" },
  });
  const closed = new Promise((resolve) => child.once("close", resolve));
  let url;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /Telltale listening on (http:\S+)/.exec(line)?.[1];
    if (url) break;
  }
  if (!url) throw new Error("the server ended before it was ready");
  const { status } = await fetch(`${url}/readyz`);
  const ms = performance.now() - begin;
  await then(url);
  const acknowledged = performance.now() - begin;
  child.kill();
  await closed;
  if (status !== 200) throw new Error(`/readyz answered ${status}`);
  return { ms, acknowledged };
}

async function median(command) {
  const directory = mkdtempSync(path.join(os.tmpdir(), "telltale-bench-"));
  const times = [];
  for (let run = 0; run < runs; run++) times.push((await untilReady(command, directory)).ms);
  rmSync(directory, { recursive: true, force: true });
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)];
}

/** Fills a history with requests stored evenly over the last day. */
async function fill(directory) {
  const built = path.join(root, "packages/telltale/dist/history/duckdb/store.js");
  const { openDuckdbStore } = await import(built);
  const file = path.join(directory, "history.duckdb");
  await (await openDuckdbStore({ path: file })).close();
  const { DuckDBInstance } = createRequire(path.join(root, "packages/telltale/package.json"))(
    "@duckdb/node-api",
  );
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(
    `INSERT INTO requests BY NAME SELECT r + 1 AS seq, stored AS stored_at, 'call-' || md5(r::VARCHAR) AS id,
       'native' AS source, 'model-' || (r % 20) AS model, 'openai' AS provider, 'success' AS status,
       stored - 900 AS created, 400.5 + r % 1000 AS latency_ms, 90.5 AS ttft_ms, true AS streaming,
       100 + r % 900 AS input_tokens, 64 AS cache_read_tokens, 0 AS cache_write_tokens,
       50 AS output_tokens, 0 AS reasoning_tokens, 'reported' AS usage_quality, 0.0125 AS cost,
       'user-' || (r % 1000) AS user_id, 'chatcmpl-' || md5((-r)::VARCHAR) AS response_id, false AS demo
     FROM (SELECT r, ${Date.now() - 86_000_000} + r * ${86_000_000 / requests}::DOUBLE AS stored
           FROM range(${requests}) rows(r))`,
  );
  connection.closeSync();
  instance.closeSync();
  const store = await openDuckdbStore({ path: file });
  await store.rollUp();
  await store.close();
}

/** A repeat of the first of them is recognised however early it comes. */
async function repeat(url) {
  const [{ id, model }] = (await (await fetch(`${url}/api/v1/requests?limit=1`)).json()).requests;
  const body = JSON.stringify({ id, model });
  const answer = await fetch(`${url}/ingest/requests`, { method: "POST", body });
  const { duplicates } = await answer.json();
  if (duplicates !== 1) throw new Error("A repeat was counted");
}

async function withRequests(command) {
  const directory = mkdtempSync(path.join(os.tmpdir(), "telltale-bench-"));
  await fill(directory);
  const times = [];
  for (let run = 0; run < Math.min(3, runs); run++) {
    times.push(await untilReady(command, directory, repeat));
  }
  rmSync(directory, { recursive: true, force: true });
  return times.sort((a, b) => a.ms - b.ms)[Math.floor(times.length / 2)];
}

if (!(await ensureBuilt())) process.exit(1);
const cli = await median([process.execPath, "packages/telltale/dist/cli/main.js", "serve"]);
const script = await median([process.execPath, "scripts/start.mjs"]);
const warm = await withRequests([process.execPath, "packages/telltale/dist/cli/main.js", "serve"]);
console.log(`start to /readyz, median of ${runs}, ms; load average ${os.loadavg()[0].toFixed(1)}
  the CLI alone       ${cli.toFixed(0)}
  scripts/start.mjs   ${script.toFixed(0)} (the script adds ${(script - cli).toFixed(0)})
  with ${requests} requests of the last day  ${warm.ms.toFixed(0)}; a repeat of one recognised after ${warm.acknowledged.toFixed(0)}`);
