import type { Config } from "./config.ts";
import { configProblem } from "./config-problem.ts";
import {
  type Cause,
  type Connection,
  type Effect,
  OPEN,
  type Transition,
  wanted,
} from "./connection.ts";
import type { DriverEvents } from "./driver-events.ts";
import type { Cancel, Env } from "./env.ts";
import { envelopesOf } from "./envelopes.ts";
import { Place } from "./place.ts";
import type { Connector } from "./service-parts.ts";
import type { Share } from "./share/share.ts";
import type { Parts, Sharer } from "./share/sharer.ts";
import type { Challenge, Host } from "./transport/challenge.ts";
import { loadFallback } from "./transport/load-fallback.ts";
import type { Link, LinkEvents, Opening, Transport, TransportName } from "./transport/transport.ts";
import { webSocket } from "./transport/websocket.ts";

/** Failures in a row after which another transport is asked. */
const MOST_MISSES = 2;
/** An open link that has delivered nothing for so long may never do. */
const QUIET_MS = 10_000;
const QUIET_AGAIN_MS = 60_000;

/** Finds a way to the server: by one transport or another, alone or with other tabs. */
export class Route implements Host, Sharer {
  /** What `getToken` last supplied. */
  token: string | undefined;
  readonly env: Env;
  readonly place: Place = new Place();
  readonly webSocket: Transport = webSocket;
  readonly envelopes: typeof envelopesOf = envelopesOf;
  readonly events: LinkEvents;
  /** Who is told of everything; a tab that shares its connection listens in. */
  told: DriverEvents;
  /** Shares the connection with other tabs, where that is wanted and possible. */
  share: Share | undefined;
  readonly #connector: Connector;
  readonly #config: () => Config;
  readonly #parts: Parts;
  readonly #address: (transport: TransportName) => string;
  #quiet: Cancel | undefined;
  #misses = 0;
  /** Loaded with the transports it needs, when a first attempt has failed. */
  #challenge: Challenge | undefined;

  constructor(
    env: Env,
    config: () => Config,
    connector: Connector,
    address: (transport: TransportName) => string,
    told: DriverEvents,
    parts: Parts,
  ) {
    this.env = env;
    this.#connector = connector;
    this.#config = config;
    this.#address = address;
    this.told = told;
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
        this.link = undefined;
        this.gone();
        this.dispatch({ type: "closed", code, reason });
      },
    };
  }

  get state(): Connection {
    return this.#connector.state;
  }

  get link(): Link | undefined {
    return this.#connector.link;
  }

  set link(link: Link | undefined) {
    this.#connector.link = link;
  }

  get wanted(): boolean {
    return wanted(this.state);
  }

  /** In use, or to be tried next. */
  get transport(): TransportName {
    return this.#connector.transport ?? this.transports[0] ?? "websocket";
  }

  get transports(): readonly TransportName[] {
    return this.#config().transports;
  }

  get connected(): boolean {
    return this.state.name === "CONNECTED";
  }

  get starved(): boolean {
    const { state } = this;
    if (state.name === "CONNECTED") return !state.hadData;
    return this.wanted && !("phase" in state && state.phase === "refreshing");
  }

  dispatch(cause: Cause): void {
    this.#connector.dispatch(cause);
  }

  perform(effect: Effect): void {
    this.#connector.perform(effect);
  }

  attempt(): void {
    for (const effect of OPEN) this.perform(effect);
  }

  /** Takes another link in place of the one there is. */
  adopt(transport: TransportName, link: Link): void {
    this.perform({ do: "close" });
    this.link = link;
    this.#connector.transport = transport;
    this.told.opened();
    this.dispatch({ type: "switched" });
    this.told.switched();
  }

  restart(transport: TransportName): void {
    this.link?.close();
    this.#connector.transport = transport;
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
    this.#connector.state = state;
    this.#connector.transport = transport;
  }

  /** Lets go of the link and of every plan; the state stays. */
  rest(): void {
    this.perform({ do: "stop_waiting" });
    this.#challenge?.stop();
    this.perform({ do: "close" });
  }

  /** Begins anew with the first transport, and with other tabs. */
  reset(): void {
    this.share = undefined;
    this.#misses = 0;
  }

  /** A frame was read; a change of transport may have waited for it. */
  read(): void {
    this.#challenge?.consider();
  }

  changed(before: Connection, ended: Transition["ended"]): void {
    this.#note(before, ended?.code);
    this.told.changed(before, ended);
  }

  /** The link is gone, whoever ended it. */
  gone(): void {
    this.#quiet?.();
    this.told.gone();
  }

  /** Learns from what became of a link. */
  #note(before: Connection, code: number | undefined): void {
    const { state } = this;
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
      this.#connector.transport = this.#challenge?.stop() ?? this.#connector.transport;
    }
    if (code === undefined || name !== "RECONNECTING") return;
    const delivered = before.name === "CONNECTED" && before.hadData;
    // What the server says with a code of its own is no fault of the transport.
    if (delivered || code >= 4000 || ("slow" in state && state.slow)) return;
    this.#connector.transport = undefined;
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
      const { Challenge } = await loadFallback();
      this.#challenge ??= new Challenge(this);
      this.#challenge.begin();
    } catch {
      // What cannot be loaded now is asked for again after the next failure.
    }
  }

  /** Opens a link, or goes on with the early one. */
  open(): void {
    const problem = configProblem(this.#config());
    if (problem) {
      this.share?.leave();
      this.dispatch({ type: "refused", reason: problem });
    } else if (this.#config().share && !this.share?.leads) void this.#join();
    else this.#connect();
  }

  #connect(): void {
    const name = this.transport;
    const { early } = this.#connector;
    this.#connector.early = undefined;
    if (name === "websocket") {
      this.#use((opening, events, env) => webSocket(opening, events, env, early), name);
      early?.release();
    } else void this.#load(name);
  }

  /** Connects together with other tabs; alone, where that is not possible. */
  async #join(): Promise<void> {
    const asked = this.state;
    const still = (): boolean => this.state === asked;
    try {
      const { Share } = await import("./share/share.ts");
      this.share ??= new Share(this, this.#config, this.#parts);
      if (await this.share.join(still)) return;
    } catch {
      // What cannot be shared is not.
    }
    if (still()) this.#connect();
  }

  #use(open: Transport, name: TransportName): void {
    try {
      this.link = open(this.opening(name), this.events, this.env);
    } catch (cause) {
      this.dispatch({
        type: "refused",
        reason: cause instanceof Error ? cause.message : `${cause}`,
      });
    }
  }

  async #load(name: "sse" | "poll"): Promise<void> {
    const asked = this.state;
    let transport: Transport | undefined;
    try {
      const loaded = await loadFallback();
      transport = loaded[name];
      this.#challenge ??= new loaded.Challenge(this);
    } catch {
      // Told below.
    }
    // Meanwhile it may have been disconnected, or have waited long enough.
    if (this.state !== asked) return;
    if (transport) this.#use(transport, name);
    else this.events.closed(1006, `The transport "${name}" could not be loaded`);
  }

  async refreshToken(): Promise<void> {
    const asked = this.state;
    let cause: Cause = { type: "token" };
    let token: string | undefined;
    try {
      token = await this.#config().getToken?.();
    } catch (failure) {
      cause = { type: "refused", reason: `getToken failed: ${failure}` };
    }
    // By now the application may have disconnected, connected again, and asked again.
    if (this.state !== asked) return;
    this.token = token;
    this.dispatch(cause);
  }
}
