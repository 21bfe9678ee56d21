import { readFileSync } from "node:fs";

const dashboard = "packages/telltale/dashboard";

/** What the browser loads before the dashboard shows anything: the entry and what it preloads. */
function initialScripts() {
  const page = readFileSync(`${dashboard}/index.html`, "utf8");
  const tags = page.match(/<script[^>]+src="[^"]+"|<link[^>]+rel="modulepreload"[^>]+>/g) ?? [];
  return tags.map((tag) => `${dashboard}/${/(?:src|href)="\.?\/?([^"]+)"/.exec(tag)?.[1]}`);
}

export default [
  {
    name: "@telltale/client",
    path: "packages/client/dist/index.js",
    limit: "5 kB",
    gzip: true,
  },
  {
    name: "@telltale/react, components included",
    path: "packages/react/dist/index.js",
    limit: "9.5 kB",
    gzip: true,
    ignore: ["react"],
  },
  {
    name: "dashboard, before anything shows",
    path: initialScripts(),
    limit: "180 kB",
    gzip: true,
    esbuild: false,
  },
];
