import type { Config } from "./config.ts";
import { configProblem } from "./config.ts";
import { type Cause, type Connection, type Effect, transition, wanted } from "./connection.ts";
import type { DriverEvents } from "./driver-events.ts";
import type { Cancel, Env } from "./env.ts";
import type { Place } from "./place.ts";
import type { Share } from "./share/share.ts";
import type { Parts, Sharer } from "./share/sharer.ts";
import type { Challenge, Host } from "./transport/challenge.ts";
import type { Link, LinkEvents, Opening, Transport, TransportName } from "./transport/transport.ts";
import { webSocket } from "./transport/websocket.ts";

/** Failures in a row after which another transport is asked. */
const MOST_MISSES = 2;
/** An open link that has delivered nothing for so long may never do. */
const QUIET_MS = 10_000;
const QUIET_AGAIN_MS = 60_000;

/** Carries out what the transitions ask: owns the link in use and the one timer of a connection. */
export class Driver implements Host, Sharer {
  /** What `getToken` last supplied. */
  token: string | undefined;
  /** The one link, while there is one. */
  link: Link | undefined;
  readonly env: Env;
  readonly place: Place;
  readonly events: LinkEvents;
  /** Who is told of everything; a tab that shares its connection listens in. */
  told: DriverEvents;
  /** Shares the connection with other tabs, where that is wanted and possible. */
  share: Share | undefined;
  #state: Connection = { name: "DISCONNECTED" };
  #transport: TransportName | undefined;
  readonly #config: () => Config;
  readonly #parts: () => Parts;
  readonly #address: (transport: TransportName) => string;
  #timer: Cancel | undefined;
  #quiet: Cancel | undefined;
  #misses = 0;
  /** Loaded with the transports it needs, when a first attempt has failed. */
  #challenge: Challenge | undefined;

  constructor(
    env: Env,
    config: () => Config,
    place: Place,
    address: (transport: TransportName) => string,
    events: DriverEvents,
    parts: () => Parts,
  ) {
    this.env = env;
    this.place = place;
    this.#config = config;
    this.#address = address;
    this.told = events;
    this.#parts = parts;
    this.events = {
      opened: () => {
        this.told.opened();
        this.#suspect(QUIET_MS);
        this.dispatch({ type: "opened" });
      },
      frame: (frame) => this.told.frame(frame),
      heard: () => this.told.heard(),
      closed: (code, reason) => {
        this.#gone();
        this.dispatch({ type: "closed", code, reason });
      },
    };
  }

  get state(): Connection {
    return this.#state;
  }

  /** In use, or to be tried next. */
  get transport(): TransportName {
    return this.#transport ?? this.transports[0] ?? "websocket";
  }

  get transports(): readonly TransportName[] {
    return this.#config().transports;
  }

  get connected(): boolean {
    return this.#state.name === "CONNECTED";
  }

  get starved(): boolean {
    const state = this.#state;
    if (state.name === "CONNECTED") return !state.hadData;
    return wanted(state) && !("phase" in state && state.phase === "refreshing");
  }

  dispatch(cause: Cause): void {
    if (this.share?.takes(cause)) return;
    const before = this.#state;
    const { env } = this;
    // Drawn only when it is read, so that the draws of those that come back lie evenly.
    const event = {
      ...cause,
      now: env.now(),
      get random() {
        return env.random();
      },
    };
    const { state, effects, ended } = transition(before, event, this.#config());
    this.#state = state;
    for (const effect of effects) this.perform(effect);
    // An effect that failed has moved on already, and told its own change.
    if (state === before || state !== this.#state) return;
    this.#note(before, state, ended?.code);
    this.told.changed(before, ended);
  }

  /** Takes another link in place of the one there is. */
  adopt(transport: TransportName, link: Link): void {
    this.link?.close();
    this.#gone();
    this.link = link;
    this.#transport = transport;
    this.told.opened();
    this.dispatch({ type: "switched" });
    this.told.switched();
  }

  restart(transport: TransportName): void {
    this.link?.close();
    this.#transport = transport;
    this.events.closed(1001, `Going on over "${transport}"`);
  }

  opening(name: TransportName): Opening {
    const { protocols, heartbeatInterval } = this.#config();
    return {
      address: () => this.#address(name),
      protocols,
      patience: heartbeatInterval,
      token: async () => {
        this.token ??= await this.#config().getToken?.();
        return this.token;
      },
    };
  }

  /** Is what another tab is. */
  mirror(state: Connection, transport: TransportName): void {
    this.#state = state;
    this.#transport = transport;
  }

  /** Lets go of the link and of every plan; the state stays. */
  rest(): void {
    this.#timer?.();
    this.#challenge?.stop();
    this.perform({ do: "close" });
  }

  /** Begins anew with the first transport, and with other tabs. */
  reset(): void {
    this.share = undefined;
    this.#transport = undefined;
    this.#misses = 0;
  }

  /** A frame was read; a change of transport may have waited for it. */
  read(): void {
    this.#challenge?.consider();
  }

  /** Learns from what became of a link. */
  #note(before: Connection, state: Connection, code: number | undefined): void {
    const { name } = state;
    if (name === "CONNECTED") {
      if (!state.hadData) return;
      this.#quiet?.();
      this.#misses = 0;
      this.#challenge?.settle();
      return;
    }
    // What another link has brought fitted the one that was lost; but it works.
    if (before.name === "CONNECTED" || !this.starved) {
      this.#transport = this.#challenge?.stop() ?? this.#transport;
    }
    if (code === undefined || name !== "RECONNECTING") return;
    const delivered = before.name === "CONNECTED" && before.hadData;
    // What the server says with a code of its own is no fault of the transport.
    if (delivered || code >= 4000 || ("slow" in state && state.slow)) return;
    this.#transport = undefined;
    if (++this.#misses >= MOST_MISSES) void this.#ask();
  }

  /** Looks for another transport for as long as the one in use delivers nothing. */
  #suspect(ms: number): void {
    this.#quiet = this.env.after(ms, () => {
      this.#suspect(QUIET_AGAIN_MS);
      void this.#ask();
    });
  }

  /** Asks whether another transport delivers. */
  async #ask(): Promise<void> {
    if (this.transports.length < 2) return;
    try {
      const { Challenge } = await import("./transport/fallback.ts");
      this.#challenge ??= new Challenge(this);
      this.#challenge.begin();
    } catch {
      // What cannot be loaded now is asked for again after the next failure.
    }
  }

  perform(effect: Effect): void {
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
        this.#timer = this.env.after(effect.ms, () => this.dispatch({ type: "timer" }));
        break;
      case "stop_waiting":
        this.#timer?.();
        break;
      case "refresh_token":
        void this.#refreshToken();
        break;
      case "probe":
        this.told.probe();
        break;
      default:
        effect satisfies never;
    }
  }

  #gone(): void {
    this.link = undefined;
    this.#quiet?.();
    this.told.gone();
  }

  #open(): void {
    const problem = configProblem(this.#config());
    if (problem) {
      this.share?.leave();
      this.dispatch({ type: "refused", reason: problem });
    } else if (this.#config().share && !this.share?.leads) void this.#join();
    else this.#connect();
  }

  #connect(): void {
    const name = this.transport;
    if (name === "websocket") this.#use(webSocket);
    else void this.#load(name);
  }

  /** Connects together with other tabs; alone, where that is not possible. */
  async #join(): Promise<void> {
    const asked = this.#state;
    const still = (): boolean => this.#state === asked;
    try {
      const { Share } = await import("./share/share.ts");
      this.share ??= new Share(this, this.#config, this.#parts());
      if (await this.share.join(still)) return;
    } catch {
      // What cannot be shared is not.
    }
    if (still()) this.#connect();
  }

  #use(transport: Transport): void {
    try {
      this.link = transport.open(this.opening(transport.name), this.events, this.env);
    } catch (cause) {
      this.dispatch({
        type: "refused",
        reason: cause instanceof Error ? cause.message : `${cause}`,
      });
    }
  }

  async #load(name: "sse" | "poll"): Promise<void> {
    const asked = this.#state;
    let transport: Transport | undefined;
    try {
      const loaded = await import("./transport/fallback.ts");
      transport = loaded[name];
      this.#challenge ??= new loaded.Challenge(this);
    } catch {
      // Told below.
    }
    // Meanwhile it may have been disconnected, or have waited long enough.
    if (this.#state !== asked) return;
    if (transport) this.#use(transport);
    else this.events.closed(1006, `The transport "${name}" could not be loaded`);
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
