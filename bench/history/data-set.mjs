import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { root } from "../../scripts/root.mjs";

const require = createRequire(path.join(root, "packages/telltale/package.json"));
const { DuckDBInstance } = require("@duckdb/node-api");
const day = 86_400_000;

const openStore = async (file) =>
  (await import(path.join(root, "packages/telltale/dist/history/duckdb/store.js"))).openDuckdbStore(
    { path: file },
  );

/**
 * Rows as the doors make them: random ids, 20 models of unequal share, log-normal latencies, 3%
 * errors, a thousand users, some things that are rare, a trace id for each fourth. Made in the engine itself: through the pipeline it would take minutes.
 */
async function generate(file, rows) {
  const now = Date.now();
  const begin = now - 30 * day;
  await (await openStore(file)).close();
  const instance = await DuckDBInstance.create(file, { memory_limit: "2GB" });
  const connection = await instance.connect();
  await connection.run("SELECT setseed(0.42)");
  const step = (now - begin) / rows;
  const chunk = 500_000;
  for (let from = 0; from < rows; from += chunk) {
    const to = Math.min(rows, from + chunk);
    await connection.run(`INSERT INTO requests BY NAME
      WITH base AS (
        SELECT i, i + 1 AS seq, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e, random() AS f,
          round(${begin} + i * ${step}) AS ended
        FROM range(${from}, ${to}) t(i)),
      shaped AS (SELECT *, round(exp(7 + 0.8 * sqrt(-2 * ln(1 - a)) * cos(6.283185307 * b)), 1) AS latency,
          CASE WHEN i % 2500000 = 1234 THEN 'model-10-preview' ELSE 'model-' || floor(20 * c * c)::INTEGER END AS model, d < 0.03 OR i % 1000000 = 77 OR i % 2500000 = 1234 AS failed,
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
        CASE WHEN failed THEN CASE WHEN i % 1000000 = 77 THEN 'Overloaded in eu-west' ELSE 'Rate limit reached for requests' END END AS error_message,
        CASE WHEN failed THEN 429 ELSE 200 END AS status_code, CASE WHEN NOT failed THEN 'stop' END AS finish_reason,
        '/v1/chat/completions' AS endpoint, CASE WHEN i IN (${Math.floor(rows * 0.2)}, ${Math.floor(rows * 0.7)}) THEN 'user-5000-rare' ELSE 'user-' || floor(1000 * b)::INTEGER END AS user_id,
        'team-' || floor(10 * b)::INTEGER AS organization_id, 'service-' || floor(5 * a)::INTEGER AS service,
        CASE WHEN i % 4 = 0 THEN md5('trace' || (i // 8)) END AS trace_id,
        CASE WHEN NOT failed THEN 'chatcmpl-' || substr(md5(seq::VARCHAR), 1, 24) END AS response_id, false AS demo
      FROM shaped`);
    process.stdout.write(`\r  generating ${((100 * to) / rows).toFixed(0)}%`);
  }
  connection.closeSync();
  instance.closeSync();
  process.stdout.write("\r");
}

/** The data set, made once: it takes minutes. */
export async function dataSet(rows) {
  const kept = path.join(os.tmpdir(), `telltale-history-of-${rows}-v8`);
  const file = path.join(kept, "history.duckdb");
  if (existsSync(file)) return file;
  const unfinished = `${kept}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  const made = path.join(unfinished, "history.duckdb");
  await generate(made, rows);
  const store = await openStore(made);
  const began = performance.now();
  const used = process.cpuUsage();
  await store.rollUp();
  const { user, system } = process.cpuUsage(used);
  console.log(
    `summed up in ${((performance.now() - began) / 1000).toFixed(1)} s, ${((user + system) / rows).toFixed(2)} µs of processor a request (load average ${os.loadavg()[0].toFixed(1)})`,
  );
  await store.close();
  renameSync(unfinished, kept);
  return file;
}
