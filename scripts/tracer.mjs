// strace, for the test that records what the history writes to its disk.
import { installDebian } from "./browser.mjs";
import { run } from "./tool.mjs";

/** Installs strace if need be, on Linux. Without it the test says that it was left out. */
export async function ensureTracer() {
  if (process.platform !== "linux") return;
  const { code } = await run(["strace", "-V"]);
  if (code !== 0) await installDebian("strace");
}
