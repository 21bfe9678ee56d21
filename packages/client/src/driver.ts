import type { Config } from "./config.ts";
import { configProblem } from "./config.ts";
import {
  type Cause,
  type Connection,
  type Effect,
  type Transition,
  transition,
} from "./connection.ts";
import type { Cancel, Env } from "./env.ts";
import type { Link } from "./transport/transport.ts";
import { webSocket } from "./transport/websocket.ts";

export interface DriverEvents {
  opened(): void;
  frame(frame: unknown): void;
  /** The link is gone, whoever ended it. */
  gone(): void;
  /** Somebody returned to a connection that looks open. */
  probe(): void;
  /** The state changed, and every effect of it is done. */
  changed(before: Connection, ended: Transition["ended"]): void;
}

/** Carries out what the transitions ask: owns the one link and the one timer of a connection. */
export class Driver {
  /** What `getToken` last supplied. */
  token: string | undefined;
  /** The one link, while there is one. */
  link: Link | undefined;
  #state: Connection = { name: "DISCONNECTED" };
  readonly #env: Env;
  readonly #config: () => Config;
  readonly #events: DriverEvents;
  #timer: Cancel | undefined;

  constructor(env: Env, config: () => Config, events: DriverEvents) {
    this.#env = env;
    this.#config = config;
    this.#events = events;
  }

  get state(): Connection {
    return this.#state;
  }

  dispatch(cause: Cause): void {
    const before = this.#state;
    const event = { ...cause, now: this.#env.now(), random: this.#env.random() };
    const { state, effects, ended } = transition(before, event, this.#config());
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    // An effect that failed has moved on already, and told its own change.
    if (state !== before && state === this.#state) this.#events.changed(before, ended);
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case "open":
        this.#open();
        break;
      case "close":
        this.link?.close();
        this.#gone();
        break;
      case "wait":
        this.#timer?.();
        this.#timer = this.#env.after(effect.ms, () => this.dispatch({ type: "timer" }));
        break;
      case "stop_waiting":
        this.#timer?.();
        break;
      case "refresh_token":
        void this.#refreshToken();
        break;
      case "probe":
        this.#events.probe();
        break;
      default:
        effect satisfies never;
    }
  }

  #gone(): void {
    this.link = undefined;
    this.#events.gone();
  }

  #open(): void {
    const config = this.#config();
    const problem = configProblem(config);
    try {
      if (problem) throw new Error(problem);
      this.link = webSocket.open(
        config.url,
        config.protocols,
        {
          opened: () => {
            this.#events.opened();
            this.dispatch({ type: "opened" });
          },
          frame: this.#events.frame,
          closed: (code, reason) => {
            this.#gone();
            this.dispatch({ type: "closed", code, reason });
          },
        },
        this.#env,
      );
    } catch (cause) {
      this.dispatch({
        type: "refused",
        reason: cause instanceof Error ? cause.message : `${cause}`,
      });
    }
  }

  async #refreshToken(): Promise<void> {
    const asked = this.#state;
    let cause: Cause = { type: "token" };
    let token: string | undefined;
    try {
      token = await this.#config().getToken?.();
    } catch (failure) {
      cause = { type: "refused", reason: `getToken failed: ${failure}` };
    }
    // By now the application may have disconnected, connected again, and asked again.
    if (this.#state !== asked) return;
    this.token = token;
    this.dispatch(cause);
  }
}
