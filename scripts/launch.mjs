// Whatever is missing is installed, whatever is stale is built, then the CLI runs in this very
// process, so that signals and the exit code need no relay.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { root } from "./root.mjs";

if (!((await ensureInstalled()) && (await ensureBuilt()))) process.exit(1);

if (process.env.npm_lifecycle_event === "start") {
  // npm runs scripts at the repository's root; file arguments are meant from where the user stands.
  if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  // A SIGTERM for npm ends npm and its shell, which does not pass it on: an orphan stops by itself.
  const shell = process.ppid;
  setInterval(() => {
    if (process.ppid !== shell) process.kill(process.pid, "SIGTERM");
  }, 250).unref();
}

const cli = path.join(root, "packages/telltale/dist/cli/main.js");
process.argv[1] = cli;
await import(pathToFileURL(cli).href);
