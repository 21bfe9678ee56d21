import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "./options.ts";
import { replayTrace } from "./replay/replay-trace.ts";
import { configOf, type ServeFlags, start } from "./serve.ts";
import { keyHeaders } from "./server-key.ts";
import { stopSignal } from "./stop-signal.ts";

export interface ReplayFlags extends ServeFlags {
  readonly speed: string;
  readonly model?: string;
  readonly url?: string;
  readonly key?: string;
}

/** Plays a trace into a server: one that runs already, or one started for it, which then stays. */
export async function replay(trace: string, flags: ReplayFlags): Promise<void> {
  const { speed: speedText, model, url, key, ...rest } = flags;
  const speed = speedOf(speedText);
  const file = resolve(trace);
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}`);
  const signal = stopSignal();
  const controller = new AbortController();
  void signal.then(() => controller.abort());

  // Played requests must neither mix with real ones nor count twice when played again.
  const folder =
    url || rest["dataDir"] || process.env["TELLTALE_DATA_DIR"]
      ? undefined
      : mkdtempSync(join(tmpdir(), "telltale-replay-"));
  try {
    const config = url
      ? undefined
      : await configOf({ ...rest, ...(folder ? { dataDir: folder } : {}) });
    if (config === undefined && !url) return;
    const server = config && (await start(config));
    const baseUrl = server?.url ?? url ?? "";
    if (server) {
      const first = server.adminKey ? `Admin key (shown once): ${server.adminKey}\n` : "";
      process.stdout.write(`Telltale listening on ${server.url}\n${first}\n`);
    }
    try {
      const counts = await replayTrace({
        file,
        baseUrl,
        headers: keyHeaders(server ? (server.lendKey("ingest") ?? "") : key, process.env),
        speed,
        ...(model === undefined ? {} : { model }),
        signal: controller.signal,
        onProgress: showProgress,
        onSkip: showSkipped(),
      });
      process.stdout.write(
        `\nReplayed ${counts.requests} requests, ${counts.promptTokens} prompt and ${counts.completionTokens} completion tokens${counts.skipped > 0 ? `; ${counts.skipped} lines were skipped` : ""}\n`,
      );
      if (server && !controller.signal.aborted) {
        process.stdout.write(`The dashboard stays at ${server.url}; Ctrl-C stops it.\n`);
        await signal;
      }
    } finally {
      await server?.stop();
    }
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

const MOST_SHOWN = 20;

/** Says which lines could not be played, up to a bound; the rest is in the count at the end. */
function showSkipped(): (error: Error) => void {
  let shown = 0;
  return (error) => {
    if (++shown <= MOST_SHOWN) console.error(`telltale: ${error.message}`);
  };
}

function speedOf(text: string): number | "max" {
  if (text === "max") return "max";
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new UsageError(`--speed ${text}: expected a number above 0, such as 60, or max`);
}

/** One line that is rewritten on a terminal; elsewhere nothing until the end. */
function showProgress(progress: { readonly requests: number }): void {
  if (process.stdout.isTTY) process.stdout.write(`\r${progress.requests} requests `);
}
