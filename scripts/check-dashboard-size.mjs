// What the browser loads before the dashboard shows anything: the entry script and what the page
// preloads with it. size-limit would bundle it anew, with everything that is loaded later.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "./root.mjs";
import { report } from "./sources.mjs";

/** kB of gzip, 1000 bytes each. */
const budget = 180;

const dashboard = path.join(root, "packages/telltale/dashboard");
const page = path.join(dashboard, "index.html");

function initialScripts() {
  const tag = /<script[^>]+src="([^"]+\.js)"|<link[^>]+rel="modulepreload"[^>]+href="([^"]+)"/g;
  return [...readFileSync(page, "utf8").matchAll(tag)].map((match) =>
    path.join(dashboard, match[1] ?? match[2]),
  );
}

if (!existsSync(page)) report(["the dashboard is not built: npm run build"]);
else {
  const sizes = initialScripts().map((file) => gzipSync(readFileSync(file)).length / 1000);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const text = `${total.toFixed(1)} kB of gzip in ${sizes.length} scripts (budget ${budget} kB)`;
  console.log(`dashboard, before anything shows: ${text}`);
  report(total > budget || sizes.length === 0 ? [`dashboard: ${text}`] : []);
}
