// Our packages from source and the peers' from their folder, as one app would bundle both.
import path from "node:path";
import { root } from "../../scripts/root.mjs";
import { folder, load } from "./peers.mjs";

/** Bundles a module given as text, minified, for production. Resolves with what esbuild returns. */
export function bundle(text, options = {}) {
  return load("esbuild").build({
    stdin: { contents: text, resolveDir: path.join(root, "bench/pages"), loader: "jsx" },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    legalComments: "none",
    conditions: ["@telltale/source"],
    nodePaths: [path.join(folder, "node_modules")],
    // One React for all of them.
    alias: Object.fromEntries(
      ["react", "react-dom"].map((name) => [name, path.join(folder, "node_modules", name)]),
    ),
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
    outdir: root,
    ...options,
  });
}
