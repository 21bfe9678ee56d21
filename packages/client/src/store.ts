import type { AnyEnvelope } from "@telltale/protocol";
import type { ConnectionStatusInfo } from "./connection-info.ts";
import type { Contents } from "./contents.ts";
import type { Cancel, Env } from "./env.ts";
import { enlist } from "./listeners.ts";
import { NOTHING, type StreamState } from "./stream-state.ts";

/** Everything known, immutable. A slice keeps its identity until something in it changes. */
export interface TelltaleState extends StreamState {
  readonly connection: ConnectionStatusInfo;
}

/**
 * Shows what messages amount to once per frame, however many came. What a reader holds never changes
 * under it.
 */
export class Store {
  /** What there is before anything has arrived, as a server renders it. */
  readonly initialState: TelltaleState;
  /** What gathers the messages; absent until there can be any. */
  contents: Contents | undefined;
  readonly #env: Env;
  readonly #listeners = new Set<() => void>();
  #connection: ConnectionStatusInfo;
  #shown: TelltaleState;
  #flush: Cancel | undefined;

  constructor(env: Env, connection: ConnectionStatusInfo) {
    this.#env = env;
    this.#connection = connection;
    this.initialState = this.#shown = { ...NOTHING, connection };
  }

  /** The state as of the last flush; the same object until the next one. */
  getState: () => TelltaleState = () => this.#shown;

  /** Calls after each flush. Returns how to end it. */
  subscribe: (listener: () => void) => Cancel = (listener) => enlist(this.#listeners, listener);

  /** Takes in a valid message of any type; `narrowed`: what it brings is all there is. */
  apply(message: AnyEnvelope, narrowed: boolean): void {
    if (this.contents?.apply(message, narrowed)) this.#flush ??= this.#env.frame(this.flush);
  }

  /** Shows a change of the connection at once: it is rare, and callbacks follow it. */
  setConnection(connection: ConnectionStatusInfo): void {
    this.#connection = connection;
    this.flush();
  }

  /** Forgets requests and errors. */
  clearHistory: () => void = () => {
    this.contents?.clearHistory();
    this.flush();
  };

  /** Forgets everything but the connection. */
  reset(): void {
    this.contents?.reset();
    this.flush();
  }

  /** Shows what has gathered. */
  flush: () => void = () => {
    this.stop();
    this.#shown = { ...NOTHING, ...this.contents?.gather(), connection: this.#connection };
    for (const listener of [...this.#listeners]) listener();
  };

  /** Drops a scheduled flush. */
  stop(): void {
    this.#flush?.();
    this.#flush = undefined;
  }
}
