import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { root } from "./root.mjs";

const cli = path.join(root, "packages/telltale/dist/cli/main.js");

/**
 * Starts the built server on a free port.
 *
 * @param command "serve" or "demo"
 * @param directory where its data are
 */
export async function startTelltale(command, directory) {
  const child = spawn(process.execPath, [cli, command, "--port", "0", "--data-dir", directory], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TELLTALE_LOG_LEVEL: "error" },
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /Telltale listening on (http:\S+)/.exec(line)?.[1];
    if (url) return { url, child };
  }
  throw new Error("the server ended before it was ready");
}
