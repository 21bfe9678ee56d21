// What an open project takes of memory, threads and processor, and how long one takes to open.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ensureBuilt } from "../scripts/build.mjs";
import { root } from "../scripts/root.mjs";

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { projects: { type: "string", default: "50" } },
});
const projects = Number(values.projects);

if (!(await ensureBuilt())) process.exit(1);
const directory = mkdtempSync(path.join(os.tmpdir(), "telltale-bench-"));
const cli = path.join(root, "packages/telltale/dist/cli/main.js");
const child = spawn(process.execPath, [cli, "serve", "--port", "0", "--data-dir", directory], {
  stdio: ["ignore", "pipe", "inherit"],
});
let printed = "";
let url;
for await (const chunk of child.stdout) {
  printed += chunk;
  url = /listening on (http:\S+)/.exec(printed)?.[1];
  if (url) break;
}

const status = (name) => {
  const text = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]);
};
const processor = () => {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
const post = async (to, body, headers = {}) => {
  const answer = await fetch(url + to, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${to} answered ${answer.status}: ${await answer.text()}`);
};

await wait(3000);
const alone = status("VmRSS");
const opened = [];
const readers = [];
const events = Array.from({ length: 100 }, () => ({
  model: "gpt-4o",
  provider: "openai",
  prompt_tokens: 10,
}));
for (let index = 0; index < projects; index++) {
  const id = `project-${index}`;
  await post("/api/v1/projects", { name: id, id });
  const begin = processor();
  await post("/ingest/requests", events, { "x-telltale-project": id });
  opened.push(processor() - begin);
  // With a reader it does not rest.
  const headers = { accept: "text/event-stream", "x-telltale-project": id };
  readers.push(await fetch(`${url}/metrics/stream`, { headers }));
}
await wait(5000);
const each = (status("VmRSS") - alone) / projects / 1024;
const begin = processor();
await wait(5000);
const idle = processor() - begin;
opened.sort((a, b) => a - b);
console.log(`${projects} open projects with 100 requests and a reader each; load average ${os.loadavg()[0].toFixed(1)}
  resident without any     ${(alone / 1024).toFixed(0)} MiB
  with all of them         ${(status("VmRSS") / 1024).toFixed(0)} MiB, ${each.toFixed(1)} each, ${status("Threads")} threads
  open one and store, processor time, median   ${opened[Math.floor(projects / 2)]} ms
  all of them, five seconds   ${(idle / 50).toFixed(1)}% of a core`);
for (const { body } of readers) void body.cancel();
child.kill();
await new Promise((resolve) => child.once("close", resolve));
rmSync(directory, { recursive: true, force: true });
