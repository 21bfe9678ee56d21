import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { npm } from "../scripts/tool.mjs";

const run = promisify(execFile);

/** `npm run` in a package's folder, workspace or not. Rejects with what it printed. */
export async function npmScript(script: string, folder: string): Promise<void> {
  const [command = "npm", ...args] = npm();
  const env = { ...process.env, NODE_ENV: "production" };
  await run(command, [...args, "run", script], { cwd: folder, env });
}
