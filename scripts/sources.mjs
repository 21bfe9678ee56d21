import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./root.mjs";

function listed() {
  const options = ["-z", "--cached", "--others", "--exclude-standard"];
  const git = spawnSync("git", ["ls-files", ...options], { cwd: root, maxBuffer: 64 << 20 });
  if (git.status === 0) return git.stdout.toString().split("\0").filter(Boolean);
  return walked("");
}

const ignored =
  /^(?:node_modules|dist|dashboard|coverage|test-results|playwright-report|__pycache__|\.next|\.git|\.telltale)$/;

/** What git would list, near enough for an unpacked archive or a machine without git. */
function walked(directory) {
  return readdirSync(path.join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(directory, entry.name);
    if (!entry.isDirectory()) return [name];
    return ignored.test(entry.name) && name !== "apps/dashboard" ? [] : walked(name);
  });
}

/** The repository's files, new ones included and ignored ones not, whose name matches. */
export function files(pattern) {
  return [...new Set(listed())]
    .filter((name) => pattern.test(name) && existsSync(path.join(root, name)))
    .sort();
}

export function read(name) {
  return readFileSync(path.join(root, name), "utf8");
}

/** Line of a character offset, from 1. */
export function lineAt(text, offset) {
  return text.slice(0, offset).split("\n").length;
}

/** Prints what was found and ends with the matching exit code. */
export function report(faults) {
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

/** Whether this module is the program, not an import of a test. */
export function isMain(meta) {
  return process.argv[1] !== undefined && path.resolve(process.argv[1]) === meta.filename;
}
