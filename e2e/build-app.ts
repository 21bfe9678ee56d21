import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** `vite build` of an app into a directory, with the given environment. */
export async function buildApp(
  app: string,
  outDir: string,
  env: Record<string, string> = {},
): Promise<void> {
  const vite = path.resolve("node_modules/vite/bin/vite.js");
  await run(process.execPath, [vite, "build", "--outDir", outDir, "--logLevel", "warn"], {
    cwd: app,
    env: { ...process.env, NODE_ENV: "production", ...env },
  });
}
