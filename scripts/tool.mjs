import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./root.mjs";

/** The command line that runs an installed package's program: no shell, no `.cmd`, on any system. */
export function tool(packageName, program = packageName) {
  const home = path.join(root, "node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(path.join(home, "package.json"), "utf8"));
  const file = typeof bin === "string" ? bin : bin[program];
  return [process.execPath, path.join(home, file)];
}

/** npm as it was started, or the one on the PATH. */
export function npm() {
  const running = process.env.npm_execpath ?? "";
  if (path.basename(running) === "npm-cli.js") return [process.execPath, running];
  return process.platform === "win32" ? ["cmd.exe", "/d", "/s", "/c", "npm"] : ["npm"];
}

const signals = ["SIGINT", "SIGTERM"];
const running = new Set();
let stopped = false;

function stop(signal) {
  stopped = true;
  for (const child of running) child.kill(signal);
}

/** Listens for signals only while a command runs: before and after, they are somebody else's. */
function track(child) {
  if (running.size === 0) for (const signal of signals) process.on(signal, stop);
  running.add(child);
  return () => {
    running.delete(child);
    if (running.size > 0) return;
    for (const signal of signals) process.off(signal, stop);
    if (stopped) process.exit(130);
  };
}

/**
 * Runs a command quietly.
 *
 * @returns the exit code (a signal counts as 1), what it printed, and how long it took in ms.
 */
export function run([command, ...args], { cwd = root, env = process.env, timeout } = {}) {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, timeout, stdio: ["ignore", "pipe", "pipe"] });
    const untrack = track(child);
    let output = "";
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    const end = (code) => {
      untrack();
      resolve({ code, output, ms: performance.now() - start });
    };
    child.on("error", (error) => {
      output += `${error.message}\n`;
      end(1);
    });
    child.on("close", (code, signal) => {
      if (signal) output += `\n${path.basename(command)} ${args.join(" ")}: ended by ${signal}\n`;
      end(code ?? 1);
    });
  });
}

/** `1.2 s` */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * Says what is being done, does it, and adds how long it took. On a failure shows the output.
 *
 * @returns whether it succeeded.
 */
export async function step(title, command, options) {
  process.stderr.write(`${title} … `);
  const { code, output, ms } = await run(command, options);
  if (code === 0) {
    process.stderr.write(`${seconds(ms)}\n`);
    return true;
  }
  process.stderr.write(`failed after ${seconds(ms)}\n${output.trimEnd()}\n`);
  return false;
}
