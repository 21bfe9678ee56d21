// How long a warm start takes, from the command to /readyz, and what the start script adds.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { ensureBuilt } from "../scripts/build.mjs";
import { root } from "../scripts/root.mjs";

const runs = 7;

async function untilReady(command, directory) {
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
  child.kill();
  await closed;
  if (status !== 200) throw new Error(`/readyz answered ${status}`);
  return ms;
}

async function median(command) {
  const directory = mkdtempSync(path.join(os.tmpdir(), "telltale-bench-"));
  const times = [];
  for (let run = 0; run < runs; run++) times.push(await untilReady(command, directory));
  rmSync(directory, { recursive: true, force: true });
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)];
}

if (!(await ensureBuilt())) process.exit(1);
const cli = await median([process.execPath, "packages/telltale/dist/cli/main.js", "serve"]);
const script = await median([process.execPath, "scripts/start.mjs"]);
console.log(`start to /readyz, median of ${runs}, ms
  the CLI alone       ${cli.toFixed(0)}
  scripts/start.mjs   ${script.toFixed(0)} (the script adds ${(script - cli).toFixed(0)})`);
