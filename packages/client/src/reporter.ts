import type { Env } from "./env.ts";
import { CallbackError, type TelltaleError } from "./errors.ts";
import type { WebSocketHandlers } from "./handlers.ts";

/** Tells the application what failed, and whoever debugs it everything. */
export class Reporter {
  readonly #env: Env;
  readonly #handlers: WebSocketHandlers;
  readonly #debug: () => boolean | undefined;

  constructor(env: Env, handlers: WebSocketHandlers, debug: () => boolean | undefined) {
    this.#env = env;
    this.#handlers = handlers;
    this.#debug = debug;
  }

  /** Calls back; an exception is reported and harms nobody. */
  guard(where: string, call: () => void): void {
    try {
      call();
    } catch (cause) {
      this.report(new CallbackError(where, cause));
    }
  }

  report(error: TelltaleError): void {
    this.debug("error", error.message);
    try {
      this.#handlers.onError?.(error);
    } catch {
      // A handler of errors that throws has nowhere to report it.
    }
  }

  get debugging(): boolean {
    return this.#debug() === true;
  }

  debug(...parts: unknown[]): void {
    if (this.debugging) this.#env.log(...parts);
  }
}
