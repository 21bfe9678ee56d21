import { Worker } from "node:worker_threads";
import { StorageError, StorageFullError } from "../store.ts";
import type { DatabaseOptions } from "./database.ts";
import type { Answer, Call, Failure, Question, Reply } from "./messages.ts";

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

function revive({ full, message }: Failure): StorageError {
  return full ? new StorageFullError(message) : new StorageError(message);
}

function isOf<K extends Answer["kind"]>(
  answer: Answer,
  kind: K,
): answer is Extract<Answer, { kind: K }> {
  return answer.kind === kind;
}

function startWorker(options: DatabaseOptions): Worker {
  const fromSource = import.meta.url.endsWith(".ts");
  const entry = fromSource ? "./worker-from-source.mjs" : "./worker.js";
  return new Worker(new URL(entry, import.meta.url), {
    workerData: options,
    name: "telltale-history",
    execArgv: fromSource ? ["--conditions=@telltale/source"] : [],
  });
}

/**
 * The main thread's end of the worker: a promise per question. The worker is asked to end and never
 * terminated: what DuckDB still works on would be answered to a thread that is no more, and its
 * binding ends the whole process then.
 */
export class Engine {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #gone: StorageError | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#exited = new Promise((resolve) => worker.once("exit", () => resolve()));
    worker.on("message", ({ call, answer }: Reply) => {
      const pending = this.#pending.get(call);
      this.#pending.delete(call);
      if (answer.kind === "failure") pending?.reject(revive(answer));
      else pending?.resolve(answer);
    });
    worker.on("error", (error) => this.#end(`The history's worker failed: ${error.message}`));
    worker.on("exit", (code) =>
      this.#end(code === 0 ? "The history is closed" : `The history's worker ended (${code})`),
    );
  }

  /** @throws {StorageError} when the file cannot be opened. */
  static async start(
    options: DatabaseOptions,
    worker: Worker = startWorker(options),
  ): Promise<Engine> {
    const engine = new Engine(worker);
    try {
      await engine.#answer(0);
    } catch (error) {
      await engine.#exited;
      throw error;
    }
    return engine;
  }

  /** @param given memory of the question that is the worker's from now on */
  async ask<Q extends Question>(
    question: Q,
    given: readonly ArrayBuffer[] = [],
  ): Promise<Extract<Answer, { kind: Q["kind"] }>> {
    if (this.#gone !== null) throw this.#gone;
    this.#calls += 1;
    const pending = this.#answer(this.#calls);
    const message: Call = { call: this.#calls, question };
    this.#worker.postMessage(message, given);
    const answer = await pending;
    const kind: Q["kind"] = question.kind;
    if (isOf(answer, kind)) return answer;
    throw new StorageError(`The history answered ${answer.kind} to ${kind}`);
  }

  /** Waits for what was asked before, checkpoints and ends the worker. */
  async close(): Promise<void> {
    if (this.#gone !== null) return;
    try {
      await this.ask({ kind: "close" });
    } finally {
      await this.#exited;
    }
  }

  #answer(call: number): Promise<Answer> {
    return new Promise((resolve, reject) => this.#pending.set(call, { resolve, reject }));
  }

  /** Nobody waits for a worker that is no more. */
  #end(reason: string): void {
    this.#gone ??= new StorageError(reason);
    for (const { reject } of this.#pending.values()) reject(this.#gone);
    this.#pending.clear();
  }
}
