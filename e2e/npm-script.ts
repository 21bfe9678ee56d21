import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { npm } from "../scripts/tool.mjs";

const run = promisify(execFile);

/** `npm run` of a workspace's script, as its README says. Rejects with what it printed. */
export async function npmScript(script: string, workspace: string): Promise<void> {
  const [command = "npm", ...args] = npm();
  const env = { ...process.env, NODE_ENV: "production" };
  await run(command, [...args, "run", script, "-w", workspace], { env });
}
