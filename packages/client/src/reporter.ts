import type { Env } from "./env.ts";
import { CallbackError, type TelltaleError } from "./errors.ts";
import type { WebSocketHandlers } from "./handlers.ts";

/** Tells the application what failed, and whoever debugs it everything. */
export interface Reporter {
  /** Calls back; an exception is reported and harms nobody. */
  guard(where: string, call: () => void): void;
  report(error: TelltaleError): void;
  debug(...parts: unknown[]): void;
  debugging(): boolean | undefined;
}

export function createReporter(
  env: Env,
  handlers: WebSocketHandlers,
  debugging: () => boolean | undefined,
): Reporter {
  const debug = (...parts: unknown[]): void => {
    if (debugging()) env.log(...parts);
  };
  const report = (error: TelltaleError): void => {
    debug("error", error.message);
    try {
      handlers.onError?.(error);
    } catch {
      // A handler of errors that throws has nowhere to report it.
    }
  };
  const guard = (where: string, call: () => void): void => {
    try {
      call();
    } catch (cause) {
      report(new CallbackError(where, cause));
    }
  };
  return { guard, report, debug, debugging };
}
