// What the benchmarks compare with lives in bench/peers, outside the workspaces, installed when needed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled } from "../../scripts/install.mjs";
import { root } from "../../scripts/root.mjs";

export const folder = path.join(root, "bench/peers");
if (!(await ensureInstalled(folder))) process.exit(1);

const require = createRequire(path.join(folder, "package.json"));

/** An installed package, by name. */
export const load = (name) => require(name);

/** A file of bench/peers, whose imports are the installed packages. */
export const own = (file) => import(pathToFileURL(path.join(folder, file)).href);

/** `react-use-websocket 4.13.0` */
export function named(name) {
  const file = path.join(folder, "node_modules", name, "package.json");
  return `${name} ${JSON.parse(readFileSync(file, "utf8")).version}`;
}
