import { execFile } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { buildApp } from "../build-app.ts";
import { blocksOf } from "./blocks.ts";

const run = promisify(execFile);

/** What each block leaves to its reader, and the component it defines. */
const modules: readonly { heading: RegExp; name: string; imports: string }[] = [
  {
    heading: /^Step 1/,
    name: "App",
    imports: `import { Router, Routes } from "../supplied";\nimport { Layout } from "./Layout";\n`,
  },
  { heading: /^Step 2/, name: "Layout", imports: "" },
  {
    heading: /^Step 3/,
    name: "Dashboard",
    imports: `import { MetricCard, RequestsTable } from "../supplied";\n`,
  },
  { heading: /^Step 4/, name: "CustomComponent", imports: `import { useState } from "react";\n` },
  { heading: /^Step 5/, name: "ModelMonitor", imports: "" },
  { heading: /^Step 6/, name: "ErrorMonitor", imports: "" },
  { heading: /^Step 7/, name: "SystemHealth", imports: "" },
  { heading: /^Testing/, name: "TestApp", imports: "" },
];

export interface GuideApp {
  readonly directory: string;
  /** Type-checks it; resolves with what the compiler says, "" when it has nothing to say. */
  readonly typeCheck: () => Promise<string>;
  /** Bundles it with the guide's variables; resolves with the directory of the site. */
  readonly build: (env?: Record<string, string>) => Promise<string>;
  readonly remove: () => Promise<void>;
}

export interface Parts {
  /** What is copied first: from a path of this folder, to a path of the app. */
  readonly copied: Readonly<Record<string, string>>;
  /** What a guide says, by path. */
  readonly written: ReadonlyMap<string, string>;
  /** Default `tsconfig.json`. */
  readonly tsconfig?: string;
}

/** An app of blocks of a guide, byte for byte, and of what the guide leaves to its reader. */
export async function assemble(name: string, parts: Parts): Promise<GuideApp> {
  // Inside the repository, so that packages resolve as in any workspace.
  const directory = path.resolve("test-results", name);
  await rm(directory, { recursive: true, force: true });
  for (const [from, to] of Object.entries(parts.copied)) {
    const source = path.resolve("e2e/guide-blocks", from);
    await cp(source, path.join(directory, to), { recursive: true });
  }
  for (const [file, text] of parts.written) {
    await mkdir(path.dirname(path.join(directory, file)), { recursive: true });
    await writeFile(path.join(directory, file), text);
  }
  return {
    directory,
    typeCheck: async () => {
      const tsc = path.resolve("node_modules/typescript/bin/tsc");
      const project = path.join(directory, parts.tsconfig ?? "tsconfig.json");
      const compile = run(process.execPath, [tsc, "-p", project]);
      return compile.then(
        ({ stdout }) => stdout,
        (error: { stdout?: string; message: string }) => error.stdout || error.message,
      );
    },
    build: async (env) => {
      const site = path.join(directory, "dist");
      await buildApp(directory, site, env);
      return site;
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** An app whose components are the tsx blocks of the guide that users were given. */
export async function guideApp(guide: string, name: string): Promise<GuideApp> {
  const blocks = blocksOf(guide, "tsx");
  const unknown = [...blocks.keys()].filter(
    (heading) => !modules.some((module) => module.heading.test(heading)),
  );
  if (unknown.length > 0) throw new Error(`the guide has blocks nobody tries: ${unknown}`);
  const written = new Map<string, string>();
  for (const { heading, name, imports } of modules) {
    const found = [...blocks].find(([title]) => heading.test(title));
    if (!found) throw new Error(`the guide has no tsx block under ${heading}`);
    written.set(`src/blocks/${name}.tsx`, `${imports}${found[1]}\nexport { ${name} };\n`);
  }
  return assemble(name, { copied: { app: "." }, written });
}
