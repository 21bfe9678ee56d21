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

/** Starts a program and waits until it prints a line that matches `ready`. */
export async function start(
  command: readonly string[],
  ready: RegExp,
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<Program> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(options.input ?? "");
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
      child.kill(signal);
      return end;
    },
  };
}
