import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Gpu } from "@telltale/protocol";
import { gpuFields, parseGpuLine } from "./gpu-line.ts";

/** Runs `callback` once after `ms`; the result cancels it. */
export type Schedule = (callback: () => void, ms: number) => () => void;

export interface GpuWatch {
  /** Newest readings by index; empty while there are none. */
  gpus(): Gpu[];
  close(): void;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 300_000;
/** A driver that hangs takes `nvidia-smi` with it; then nothing is known. */
const LONGEST_SILENCE = 10_000;

const schedule: Schedule = (callback, ms) => {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

/**
 * One `nvidia-smi` that prints a line per GPU and second: starting one for each reading would cost
 * more than the readings are worth. Where the command does not exist there are no GPUs and no further
 * attempt; where it dies (a driver that is updated) it is started again after 1 s, 2 s, … 5 min.
 */
export function watchGpus(later: Schedule = schedule, now: () => number = Date.now): GpuWatch {
  const readings = new Map<number, { readonly gpu: Gpu; readonly at: number }>();
  let child: ChildProcess | undefined;
  let cancelRestart: (() => void) | undefined;
  let wait = FIRST_WAIT;
  let closed = false;

  function start(): void {
    const query = [`--query-gpu=${gpuFields}`, "--format=csv,noheader,nounits", "-l", "1"];
    const started = spawn("nvidia-smi", query, {
      stdio: ["ignore", "pipe", "ignore"],
      windowsHide: true,
    });
    child = started;
    let over = false;
    const end = (missing: boolean): void => {
      if (over) return;
      over = true;
      readings.clear();
      if (closed || missing) return;
      cancelRestart = later(start, wait);
      wait = Math.min(LONGEST_WAIT, wait * 2);
    };
    started.once("error", (error) => end("code" in error && error.code === "ENOENT"));
    started.once("close", () => end(false));
    createInterface({ input: started.stdout }).on("line", (line) => {
      const gpu = parseGpuLine(line);
      if (gpu === undefined || closed) return;
      wait = FIRST_WAIT;
      readings.set(gpu.index, { gpu, at: now() });
    });
  }

  start();
  return {
    gpus: () =>
      [...readings.values()]
        .filter(({ at }) => now() - at <= LONGEST_SILENCE)
        .map(({ gpu }) => gpu)
        .sort((a, b) => a.index - b.index),
    close() {
      closed = true;
      readings.clear();
      cancelRestart?.();
      // Without a pid the command was not found. Node would then signal pid 0: this whole process group.
      if (child?.pid !== undefined) child.kill();
    },
  };
}
