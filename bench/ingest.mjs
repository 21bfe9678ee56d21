// Sustained durable ingest: POST /ingest/requests in batches of 100, beside the bare DuckDB appender.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { ensureBuilt } from "../scripts/build.mjs";
import { root } from "../scripts/root.mjs";

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    seconds: { type: "string", default: "20" },
    callers: { type: "string", default: "32" },
    memory: { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds);
const batchSize = 100;
/** Every so often memory is looked at, ms; what came in the first while fills caches and windows. */
const LOOK = 30_000;
const WARM = 360_000;
/** Where the number of a batch is written into its body. */
const mark = "@".repeat(16);
/** And where its time is: who calls for long has something new to tell. */
const clock = 1_111_111_111_111;

const fields = (i) => ({
  id: `${mark}-${i}`,
  model: `model-${i % 20}`,
  provider: "openai",
  created: clock,
  prompt_tokens: 100 + i,
  cached_tokens: 64,
  completion_tokens: 50 + (i % 7),
  latency_ms: 400.5 + i,
  ttft_ms: 90.5,
  streaming: true,
  cost: 0.0125,
  endpoint: "/v1/chat/completions",
  finish_reason: "stop",
  user_id: `user-${i}`,
  organization_id: "team-1",
  service: "service-1",
  response_id: `chatcmpl-${mark}${i}`,
});

/** Rows a second through an appender alone: same table, same rows, commits as large as the pipeline's. */
async function bare(directory) {
  const { openDuckdbStore } = await import(
    path.join(root, "packages/telltale/dist/history/duckdb/store.js")
  );
  const file = path.join(directory, "bare.duckdb");
  await (await openDuckdbStore({ path: file })).close();
  const { DuckDBInstance } = createRequire(path.join(root, "packages/telltale/package.json"))(
    "@duckdb/node-api",
  );
  const instance = await DuckDBInstance.create(file, { memory_limit: "512MB" });
  const connection = await instance.connect();
  const described = await connection.runAndReadAll("DESCRIBE requests");
  const known = {
    source: "native",
    status: "success",
    streaming: true,
    demo: false,
    usage_quality: "reported",
    status_code: 200n,
    input_tokens: 100n,
    cache_read_tokens: 64n,
    cache_write_tokens: 0n,
    output_tokens: 50n,
    reasoning_tokens: 0n,
    ...fields(1),
  };
  const kinds = described.getRows().map(([name, type]) => [name, type]);
  let rows = 0;
  const begin = performance.now();
  const used = process.cpuUsage();
  while (performance.now() - begin < Math.min(seconds / 2, 20) * 1000) {
    await connection.run("BEGIN");
    const appender = await connection.createAppender("requests");
    for (let i = 0; i < 10_000; i++, rows++) {
      for (const [name, type] of kinds) {
        const value = known[name];
        if (name === "id" || name === "response_id")
          appender.appendVarchar(`${rows.toString(36).padStart(30, "x")}`);
        else if (name === "seq") appender.appendBigInt(BigInt(rows));
        else if (name === "stored_at" || name === "created") appender.appendDouble(Date.now());
        else if (value === undefined) appender.appendNull();
        else if (type === "BIGINT") appender.appendBigInt(value);
        else if (type === "DOUBLE") appender.appendDouble(value);
        else if (type === "BOOLEAN") appender.appendBoolean(value);
        else appender.appendVarchar(value);
      }
      appender.endRow();
    }
    appender.closeSync();
    await connection.run("COMMIT");
  }
  const rate = rows / ((performance.now() - begin) / 1000);
  const { user, system } = process.cpuUsage(used);
  connection.closeSync();
  instance.closeSync();
  return { rate, processor: (user + system) / rows };
}

/**
 * Sends batches over one connection, each once the one before is answered, until `next` has no number
 * for another. Writes into a ready request, so that next to nothing of the cores is its own.
 */
function call(port, next, answered) {
  const body = JSON.stringify(Array.from({ length: batchSize }, (_, i) => fields(i)));
  const head = `POST /ingest/requests HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const request = Buffer.from(head + body);
  const placesOf = (text) => {
    const places = [];
    for (let at = request.indexOf(text); at >= 0; at = request.indexOf(text, at + 1))
      places.push(at);
    return places;
  };
  const places = placesOf(mark);
  const times = placesOf(String(clock));
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
    let asked = 0;
    let answer = "";
    const send = () => {
      const number = next();
      if (number === undefined) return void socket.end(resolve);
      const id = Buffer.from(String(number).padStart(mark.length, "0"));
      for (const place of places) id.copy(request, place);
      const time = Buffer.from(String(Date.now() - 900));
      for (const place of times) time.copy(request, place);
      asked = performance.now();
      socket.write(request);
    };
    socket.on("data", (part) => {
      answer += part.toString("latin1");
      const [whole, status, length] =
        /^HTTP\/1\.1 (\d+).*?\r\ncontent-length: (\d+)\r\n.*?\r\n\r\n/is.exec(answer) ?? [];
      if (whole === undefined || answer.length < whole.length + Number(length)) return;
      answer = "";
      answered(Number(status), performance.now() - asked);
      send();
    });
    socket.on("error", reject);
    socket.on("connect", send);
  });
}

const percentile = (times, q) => times.sort((a, b) => a - b)[Math.ceil(q * times.length) - 1];
const residentOf = (pid) => {
  const line = /VmRSS:\s+(\d+)/.exec(
    require("node:fs").readFileSync(`/proc/${pid}/status`, "utf8"),
  );
  return Number(line?.[1] ?? 0) / 1024;
};
const require = createRequire(import.meta.url);

/** Processor time of all threads of a process so far, µs: of the main one, and of all. */
function processorOf(pid) {
  const { readdirSync, readFileSync } = require("node:fs");
  let main = 0;
  let all = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const us =
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1000;
    all += us;
    if (thread === String(pid)) main = us;
  }
  return { main, all };
}

async function pipeline(directory) {
  const child = spawn(
    process.execPath,
    ["packages/telltale/dist/cli/main.js", "serve", "--port", "0", "--data-dir", directory],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, TELLTALE_LOG_LEVEL: "error" },
    },
  );
  let url;
  for await (const line of createInterface({ input: child.stdout })) {
    url = /Telltale listening on (http:\S+)/.exec(line)?.[1];
    if (url) break;
  }
  const waits = [];
  let accepted = 0;
  let refused = 0;
  const before = processorOf(child.pid);
  const own = process.cpuUsage();
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let number = Date.now() * 1000;
  const next = () => (performance.now() < end ? number++ : undefined);
  const answered = (status, wait) => {
    if (status === 202) accepted += batchSize;
    else refused++;
    waits.push(wait);
  };
  const { port } = new URL(url);
  const looks = [];
  const looking = setInterval(() => {
    if (values.memory) looks.push({ at: performance.now() - begin, mb: residentOf(child.pid) });
  }, LOOK);
  await Promise.all(
    Array.from({ length: Number(values.callers) }, () => call(Number(port), next, answered)),
  );
  clearInterval(looking);
  const rate = accepted / ((performance.now() - begin) / 1000);
  const after = processorOf(child.pid);
  const processor = {
    main: (after.main - before.main) / accepted,
    all: (after.all - before.all) / accepted,
    caller: (process.cpuUsage(own).user + process.cpuUsage(own).system) / accepted,
  };
  const resident = residentOf(child.pid);
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill();
  await closed;
  const bytes = statSync(path.join(directory, "history.duckdb")).size;
  return { rate, processor, refused, waits, resident, accepted, bytes, looks };
}

/** MB in ten minutes, the line of least squares through what was seen. */
function slope(looks) {
  const mean = (of) => looks.reduce((sum, look) => sum + of(look), 0) / looks.length;
  const at = mean((look) => look.at);
  const mb = mean((look) => look.mb);
  const rise =
    mean((look) => (look.at - at) * (look.mb - mb)) / mean((look) => (look.at - at) ** 2);
  return rise * 600_000;
}

if (!(await ensureBuilt())) process.exit(1);
const directory = mkdtempSync(path.join(os.tmpdir(), "telltale-bench-"));
try {
  const alone = await bare(directory);
  const { rate, processor, refused, waits, resident, accepted, bytes, looks } =
    await pipeline(directory);
  const us = (time) => `${time.toFixed(1)} µs of processor each`;
  console.log(`batches of ${batchSize}, ${values.callers} callers, ${seconds} s, caller and server on the same ${os.cpus().length} cores, load average ${os.loadavg()[0].toFixed(1)}
  bare appender          ${alone.rate.toFixed(0)} rows/s, ${us(alone.processor)}
  whole pipeline         ${rate.toFixed(0)} events/s (${(rate / alone.rate).toFixed(2)} of it), ${us(processor.all)} (main thread ${processor.main.toFixed(1)}), the caller ${processor.caller.toFixed(1)}; ${refused} calls refused
  acknowledged after     ${percentile(waits, 0.5).toFixed(0)} ms, p99 ${percentile(waits, 0.99).toFixed(0)}
  server resident        ${resident.toFixed(0)} MB; ${(bytes / accepted).toFixed(0)} bytes per request on disk`);
  if (looks.length > 0) {
    const warm = looks.filter(({ at }) => at > WARM);
    console.log(
      `  resident every ${LOOK / 1000} s   ${looks.map(({ mb }) => mb.toFixed(0)).join(" ")} MB`,
    );
    console.log(
      `  growth after ${WARM / 60_000} min      ${slope(warm).toFixed(1)} MB in ten minutes`,
    );
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
