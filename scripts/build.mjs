import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cache, root } from "./root.mjs";
import { step, tool } from "./tool.mjs";

const library = (name) => [
  `packages/${name}/src`,
  `packages/${name}/tsconfig.json`,
  `packages/${name}/package.json`,
];

/** What can be built, from what, and the files whose change means that somebody else built it. */
const products = {
  server: {
    title: "Building the server",
    inputs: ["tsconfig.base.json", ...["protocol", "client", "telltale"].flatMap(library)],
    outputs: ["protocol", "client", "telltale"].map((name) => `packages/${name}/dist/.tsbuildinfo`),
    result: "packages/telltale/dist/cli/main.js",
    command: () => [...tool("typescript", "tsc"), "-b", "packages/telltale"],
  },
  dashboard: {
    title: "Building the dashboard",
    inputs: [
      ...["protocol", "client", "react"].flatMap(library),
      ...[
        "src",
        "public",
        "index.html",
        "vite.config.ts",
        "delivered.ts",
        "tsconfig.json",
        "package.json",
      ].map((name) => `apps/dashboard/${name}`),
    ],
    outputs: ["packages/telltale/dashboard/index.html"],
    result: "packages/telltale/dashboard/index.html",
    command: () => [...tool("vite"), "build", "--logLevel", "warn"],
    cwd: "apps/dashboard",
  },
  "guide example": {
    title: "Building the guide example",
    inputs: [
      ...["protocol", "client", "react"].flatMap(library),
      ...["src", ".env", "index.html", "vite.config.ts", "tsconfig.json", "package.json"].map(
        (name) => `examples/guide/${name}`,
      ),
    ],
    outputs: ["examples/guide/dist/index.html"],
    result: "examples/guide/dist/index.html",
    command: () => [...tool("vite"), "build", "--logLevel", "warn"],
    cwd: "examples/guide",
  },
};

function* filesIn(name) {
  const file = path.join(root, name);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile()) yield file;
  if (!stat?.isDirectory()) return;
  for (const entry of readdirSync(file, { withFileTypes: true, recursive: true }))
    if (entry.isFile()) yield path.join(entry.parentPath, entry.name);
}

/** Contents, not times: a fresh checkout of the same sources is not stale. */
function stampOf(product) {
  const hash = createHash("sha256");
  for (const file of product.inputs.flatMap((name) => [...filesIn(name)]).sort()) {
    hash.update(path.relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  }
  const built = product.outputs.map(
    (name) => statSync(path.join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return `${hash.digest("hex")} ${built.join(" ")}`;
}

/** Builds one product when its sources changed since it was built. Returns whether it is there. */
export async function build(name) {
  const product = products[name];
  const stampFile = path.join(cache, `built ${name}`);
  const result = path.join(root, product.result);
  const known = existsSync(stampFile) ? readFileSync(stampFile, "utf8") : "";
  if (existsSync(result) && known === stampOf(product)) return true;
  const cwd = path.join(root, product.cwd ?? ".");
  const env = { ...process.env, NODE_ENV: "production" };
  if (!(await step(product.title, product.command(), { cwd, env }))) return false;
  mkdirSync(cache, { recursive: true });
  writeFileSync(stampFile, stampOf(product));
  return true;
}

/** What `npm start` needs. */
export async function ensureBuilt() {
  return (await build("server")) && (await build("dashboard"));
}
