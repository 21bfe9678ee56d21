import { socketAddress } from "./absolute.ts";
import { type Cause, type Connection, type Effect, transition } from "./connection.ts";
import type { Cancel } from "./env.ts";
import { loaded, preload } from "./loading.ts";
import type { Connector, Reader, ServiceParts } from "./service-parts.ts";
import { type EarlySocket, openSocket } from "./transport/early-socket.ts";
import type { Link, TransportName } from "./transport/transport.ts";

/** Carries out what the transitions ask: owns the link in use and the one timer of a connection. */
export class Driver implements Connector {
  state: Connection = { name: "DISCONNECTED" };
  link: Link | undefined;
  transport: TransportName | undefined;
  phase: number | undefined;
  early: EarlySocket | undefined;
  /** Absent until it is loaded. */
  reader: Reader | undefined;
  readonly #parts: ServiceParts;
  #timer: Cancel | undefined;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  dispatch(cause: Cause): void {
    if (this.reader?.takes(cause)) return;
    const before = this.state;
    const { env, config } = this.#parts;
    const connector = this;
    // Drawn only when it is read, so that the draws of those that come back lie evenly.
    const event = {
      ...cause,
      now: env.now(),
      get random() {
        const { phase = env.random() } = connector;
        connector.phase = undefined;
        return phase;
      },
    };
    const { state, effects, ended } = transition(before, event, config());
    this.state = state;
    for (const effect of effects) this.perform(effect);
    // An effect that failed has moved on already, and told its own change.
    if (state === before || state !== this.state) return;
    (this.reader ?? this.#parts).changed(before, ended);
  }

  perform(effect: Effect): void {
    switch (effect.do) {
      case "open":
        this.#open();
        break;
      case "close":
        this.link?.close();
        this.link = this.early = undefined;
        this.reader?.gone();
        break;
      case "wait":
        this.#timer?.();
        this.#timer = this.#parts.env.after(effect.ms, () => this.dispatch({ type: "timer" }));
        break;
      case "stop_waiting":
        this.#timer?.();
        break;
      default:
        this.reader?.effect(effect);
    }
  }

  #open(): void {
    this.phase = undefined;
    const module = loaded();
    if (module) this.reader ??= new module.StreamReader(this.#parts, this);
    if (this.reader) this.reader.open();
    else void this.#load();
  }

  /** Opens a socket and loads what reads from it, side by side. */
  async #load(): Promise<void> {
    const asked = this.state;
    const { env, config } = this.#parts;
    const { url, protocols, transports, share } = config();
    try {
      const Socket = env.webSocket();
      if (Socket && !share && transports[0] === "websocket") {
        const early = openSocket(Socket, socketAddress(url, env.base()), protocols);
        this.early = early;
        this.link = { close: () => early.socket.close(1000) };
      }
    } catch {
      // The reader tries again, and tells what is wrong.
    }
    const failed = await preload().catch(
      (cause: unknown) => `The client could not be loaded: ${cause}`,
    );
    // Meanwhile it may have been disconnected, or have waited long enough.
    if (this.state !== asked) return;
    if (failed) this.dispatch({ type: "closed", code: 1006, reason: failed });
    else this.#open();
  }
}
