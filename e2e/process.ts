import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A program that was started and said it is ready. */
export interface Program {
  /** What the ready line matched. */
  readonly ready: RegExpMatchArray;
  /** Everything it printed so far. */
  readonly output: () => string;
  /** Resolves once the process is gone, with its exit code or signal. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | string | null>;
}

function gone(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve(child.exitCode ?? child.signalCode);
  return new Promise((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Signals go to it and all it started, as from a terminal. */
  readonly group?: boolean;
}

/** Starts a program and waits until it prints a line that matches `ready`. */
export async function start(
  command: readonly string[],
  ready: RegExp,
  options: StartOptions = {},
): Promise<Program> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: options.group ?? false,
  });
  const send = (signal: NodeJS.Signals): void => {
    if (options.group && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  };
  let printed = "";
  const match = await new Promise<RegExpMatchArray>((resolve, reject) => {
    const fail = (reason: string): void => {
      child.kill("SIGKILL");
      reject(new Error(`${command.join(" ")}: ${reason}\n${printed}`));
    };
    const late = setTimeout(() => fail("did not get ready in 30 s"), 30_000);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        printed += `${line}\n`;
        const found = ready.exec(line);
        if (!found) return;
        clearTimeout(late);
        resolve(found);
      });
    }
    child.once("error", (error) => fail(error.message));
    child.once("close", (code) => {
      clearTimeout(late);
      fail(`ended with ${code}`);
    });
  });
  return {
    ready: match,
    output: () => printed,
    stop: (signal = "SIGTERM") => {
      const end = gone(child);
      send(signal);
      return end;
    },
  };
}
