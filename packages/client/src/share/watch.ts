import type { Cancel, Env } from "../env.ts";
import type { LivenessOptions } from "../liveness.ts";

/** A timer this late was held up by a sleeping machine or a throttled tab, as the answer may be. */
const LATE_MS = 1_000;
/** Not every tab that misses the leader has to act in the same instant, ms. */
const SPREAD_MS = 1_000;

export interface WatchActions {
  /** Asks the leader for a sign. */
  ask(): void;
  /** It did not answer: it hangs, but has not let go of its lock. */
  silent(): void;
}

/** Judges whether the tab that leads is still there. */
export class Watch {
  readonly #env: Env;
  readonly #options: () => LivenessOptions;
  readonly #actions: WatchActions;
  #heardAt = 0;
  #asking = false;
  #cancel: Cancel | undefined;

  constructor(env: Env, options: () => LivenessOptions, actions: WatchActions) {
    this.#env = env;
    this.#options = options;
    this.#actions = actions;
  }

  /** The leader was asked, and has to answer. */
  expect(): void {
    this.#asking = true;
    const ms = this.#options().heartbeatTimeout + this.#env.random() * SPREAD_MS;
    this.#after(ms, (late) => {
      if (late) this.#ask();
      else this.#actions.silent();
    });
  }

  /** A sign of the leader. */
  heard(): void {
    this.#heardAt = this.#env.now();
    if (!this.#asking) return;
    this.#asking = false;
    this.#wait();
  }

  stop(): void {
    this.#cancel?.();
    this.#asking = false;
  }

  #wait(): void {
    const left = this.#heardAt + this.#options().heartbeatInterval - this.#env.now();
    if (left <= 0) this.#ask();
    else this.#after(left, () => this.#wait());
  }

  #ask(): void {
    this.#actions.ask();
    this.expect();
  }

  #after(ms: number, run: (late: boolean) => void): void {
    this.#cancel?.();
    const due = this.#env.now() + ms;
    this.#cancel = this.#env.after(ms, () => run(this.#env.now() - due >= LATE_MS));
  }
}
