import type { Env } from "./env.ts";
import { CallbackError, type TelltaleError } from "./errors.ts";
import type { WebSocketHandlers } from "./handlers.ts";

/** Tells the application what failed, and whoever debugs it everything. */
export class Reporter {
  readonly #env: Env;
  readonly #handlers: WebSocketHandlers;
  readonly #debugging: () => boolean | undefined;

  constructor(env: Env, handlers: WebSocketHandlers, debugging: () => boolean | undefined) {
    this.#env = env;
    this.#handlers = handlers;
    this.#debugging = debugging;
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

  debug(...parts: unknown[]): void {
    if (this.#debugging()) this.#env.log(...parts);
  }
}
