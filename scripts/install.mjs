import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { root } from "./root.mjs";
import { npm, step } from "./tool.mjs";

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

const stampFile = (folder) => path.join(folder, "node_modules/.cache/telltale/installed");

function lockHash(folder) {
  const text = readFileSync(path.join(folder, "package-lock.json"));
  return createHash("sha256").update(text).digest("hex");
}

function isStamped(folder, hash) {
  return existsSync(stampFile(folder)) && readFileSync(stampFile(folder), "utf8") === hash;
}

/** Whether the folder's node_modules is what its package-lock.json asks for. */
export function isInstalled(folder) {
  if (isStamped(folder, lockHash(folder))) return true;
  const installed = path.join(folder, "node_modules/.package-lock.json");
  const json = (file) => JSON.parse(readFileSync(file, "utf8"));
  return (
    existsSync(installed) &&
    matchesLock(json(path.join(folder, "package-lock.json")), json(installed))
  );
}

/** Runs `npm ci` when node_modules is absent or not what package-lock.json asks for. */
export async function ensureInstalled(folder = root) {
  const hash = lockHash(folder);
  if (isStamped(folder, hash)) return true;
  if (!isInstalled(folder)) {
    // Whatever the user's npm leaves out elsewhere, the build needs it here.
    const wanted = ["--include=dev", "--include=optional", "--include=peer"];
    const command = [...npm(), "ci", ...wanted, "--no-audit", "--no-fund", "--loglevel=error"];
    const where = folder === root ? "" : ` of ${path.relative(root, folder)}`;
    const options = { cwd: folder, env: environment() };
    if (!(await step(`Installing dependencies${where}`, command, options))) return false;
  }
  mkdirSync(path.dirname(stampFile(folder)), { recursive: true });
  writeFileSync(stampFile(folder), hash);
  return true;
}
