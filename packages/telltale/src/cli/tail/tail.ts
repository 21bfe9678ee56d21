import { codeOf } from "../connect-failure.ts";
import { printableJson } from "../printable.ts";
import { stopSignal } from "../stop-signal.ts";
import { readFlags, type TailFlags, type TailOptions } from "./flags.ts";
import { headLine, requestLine } from "./line.ts";
import { type Output, Screen } from "./screen.ts";
import { createSockets } from "./sockets.ts";
import { statusLine } from "./status-line.ts";
import { watch } from "./watch.ts";

/** Where a tail writes, and what ends it. */
export interface TailSurroundings {
  readonly out: Output;
  readonly notes: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** Shows requests as they end, until it is told to stop. */
export async function tail(words: readonly string[], flags: TailFlags): Promise<void> {
  const options = readFlags(words, flags, process.env);
  const controller = new AbortController();
  let unwritable: Error | undefined;
  void stopSignal().then(() => controller.abort());
  process.stdout.on("error", (error) => {
    // `| head` has what it wanted.
    if (codeOf(error) !== "EPIPE") unwritable ??= error;
    controller.abort();
  });
  process.stderr.on("error", () => undefined);
  await runTail(options, {
    out: process.stdout,
    notes: process.stderr,
    env: process.env,
    signal: controller.signal,
  });
  if (unwritable) throw unwritable;
}

/** @throws when the server cannot be reached and that is not to be tried again. */
export async function runTail(options: TailOptions, around: TailSurroundings): Promise<void> {
  const { json, headers, ...rest } = options;
  const { out, notes, env, signal } = around;
  const screen = new Screen(out, notes, env);
  if (!json && screen.live) screen.line(headLine(screen.width, screen.paint));
  try {
    await watch(
      { ...rest, signal, sockets: createSockets(headers) },
      {
        request: (request) => {
          screen.line(
            json ? printableJson(request) : requestLine(request, screen.width, screen.paint),
          );
        },
        note: (text) => screen.note(`telltale: ${text}`),
        status: (state, metrics) => {
          // One column stays free: some terminals break the line when the last one is written.
          if (!json) screen.status(statusLine(state, metrics, screen.width - 1));
        },
      },
    );
  } finally {
    screen.end();
  }
}
