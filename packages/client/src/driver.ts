import { socketAddress } from "./absolute.ts";
import { type Cause, type Connection, type Effect, transition } from "./connection.ts";
import type { Cancel } from "./env.ts";
import { loaded, preload } from "./loading.ts";
import type { Connector, Reader, ServiceParts } from "./service-parts.ts";
import type { Link, LinkEvents, TransportName } from "./transport/transport.ts";
import { webSocket } from "./transport/websocket.ts";

/** Carries out what the transitions ask: owns the link in use and the one timer of a connection. */
export class Driver implements Connector {
  state: Connection = { name: "DISCONNECTED" };
  link: Link | undefined;
  transport: TransportName | undefined;
  phase: number | undefined;
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
    const draw = (): number => {
      const { phase = env.random() } = this;
      this.phase = undefined;
      return phase;
    };
    // Drawn only when it is read, so that the draws of those that come back lie evenly.
    const event = {
      ...cause,
      now: env.now(),
      get random() {
        return draw();
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
        this.link = undefined;
        this.reader?.gone();
        break;
      case "wait":
        this.#timer?.();
        this.#timer = this.#parts.env.after(effect.ms, () => this.dispatch({ type: "timer" }));
        break;
      case "stop_waiting":
        this.#timer?.();
        break;
      case "refresh_token":
        this.reader?.refreshToken();
        break;
      case "probe":
        this.reader?.probe();
        break;
      default:
        effect satisfies never;
    }
  }

  #open(): void {
    this.phase = undefined;
    const module = loaded();
    if (module) this.reader ??= new module.StreamReader(this.#parts, this);
    if (this.reader) this.reader.open();
    else void this.#load();
  }

  /** Opens a link and loads what reads from it side by side; what the link tells meanwhile is held. */
  async #load(): Promise<void> {
    const asked = this.state;
    const held: ((events: LinkEvents) => void)[] = [];
    this.#begin((tell) => (this.reader ? tell(this.reader.events) : held.push(tell)));
    let failed = "";
    try {
      await preload();
    } catch (cause) {
      failed = `The code that reads the stream could not be loaded: ${cause}`;
    }
    // Meanwhile it may have been disconnected, or have waited long enough.
    if (this.state !== asked) return;
    if (failed) this.dispatch({ type: "closed", code: 1006, reason: failed });
    else {
      this.#open();
      const { link, reader } = this;
      for (const tell of held) if (reader && link === this.link) tell(reader.events);
    }
  }

  /** The first link, where it is certain to be a plain socket. What is wrong with it is told later. */
  #begin(pass: (tell: (events: LinkEvents) => void) => void): void {
    const { env, config } = this.#parts;
    const { url, protocols, transports, share } = config();
    if (share || transports[0] !== "websocket") return;
    const address = (): string => socketAddress(url, env.base());
    const events: LinkEvents = {
      opened: () => pass((to) => to.opened()),
      frame: (data) => pass((to) => to.frame(data)),
      heard: () => pass((to) => to.heard()),
      closed: (code, reason) => pass((to) => to.closed(code, reason)),
    };
    try {
      this.link = webSocket({ address, protocols }, events, env);
    } catch {
      // The reader tries again, and tells what is wrong.
    }
  }
}
