import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { cache, root } from "./root.mjs";
import { npm, step } from "./tool.mjs";

const lockFile = path.join(root, "package-lock.json");
const installedFile = path.join(root, "node_modules/.package-lock.json");
const stampFile = path.join(cache, "installed");

/** Whether what npm says it installed is what the lockfile asks for, wherever it came from. */
function matchesLock(lock, installed) {
  return Object.entries(lock.packages).every(([key, wanted]) => {
    if (!key.includes("node_modules/") || wanted.link || wanted.optional || wanted.peer)
      return true;
    return installed.packages[key]?.version === wanted.version;
  });
}

/** npm needs somewhere to write, even where there is no home. */
function environment() {
  const env = { ...process.env };
  if (process.platform !== "win32" && !env.HOME) {
    env.HOME = os.tmpdir();
    env.npm_config_cache = path.join(os.tmpdir(), "telltale-npm");
  }
  delete env.NODE_ENV;
  return env;
}

/** Runs `npm ci` when node_modules is absent or not what package-lock.json asks for. */
export async function ensureInstalled() {
  const text = readFileSync(lockFile);
  const hash = createHash("sha256").update(text).digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === hash) return true;
  const current =
    existsSync(installedFile) &&
    matchesLock(JSON.parse(text.toString()), JSON.parse(readFileSync(installedFile, "utf8")));
  if (!current) {
    // Whatever the user's npm leaves out elsewhere, the build needs it here.
    const wanted = ["--include=dev", "--include=optional", "--include=peer"];
    const command = [...npm(), "ci", ...wanted, "--no-audit", "--no-fund", "--loglevel=error"];
    if (!(await step("Installing dependencies", command, { env: environment() }))) return false;
  }
  mkdirSync(cache, { recursive: true });
  writeFileSync(stampFile, hash);
  return true;
}
