import type { AnyEnvelope, DownEnvelope } from "@telltale/protocol";
import type { Cancel, Env } from "../env.ts";
import type { Place } from "../place.ts";
import { NOT_SPOKEN } from "./http.ts";
import { poll } from "./poll.ts";
import { sse } from "./sse.ts";
import type { Link, LinkEvents, Opening, Transport, TransportName } from "./transport.ts";

/** The connection whose link may be replaced. */
export interface Host {
  readonly env: Env;
  readonly webSocket: Transport;
  readonly place: Place;
  /** Takes what the link in use tells. */
  readonly events: LinkEvents;
  readonly link: Link | undefined;
  readonly transport: TransportName;
  /** The preferred one first. */
  readonly transports: readonly TransportName[];
  /** Nothing is delivered, and something should be. */
  readonly starved: boolean;
  readonly connected: boolean;
  envelopes(frame: unknown): AnyEnvelope[];
  opening(transport: TransportName): Opening;
  /** Takes another link in place of the one in use. */
  adopt(transport: TransportName, link: Link): void;
  /** Ends the link in use and goes on over another transport. */
  restart(transport: TransportName): void;
}

/** A link that may take the place of the one in use. Until then it is only listened to. */
interface Rival {
  readonly name: TransportName;
  /** Where it was asked to go on from. */
  readonly since: string | undefined;
  link: Link | undefined;
  opened: boolean;
  /** Something came that shows that it works. */
  delivered: boolean;
  /** It brings the whole state, so that nothing that came before matters. */
  replaces: boolean;
  init: unknown;
  readonly frames: unknown[];
  /** How many frames there were when a position was reached. */
  readonly reached: Map<string, number>;
  /** Where the link in use has stood meanwhile. */
  readonly passed: Set<string>;
  /** What comes until this position has come by the other link. */
  skipTo: string | undefined;
  cancel: Cancel | undefined;
}

/** A link that has not delivered by then is given up, ms. */
const DELIVER_MS = 10_000;
/** Longest wait for both links to stand at the same position, ms. */
const MEET_MS = 30_000;
/** Between attempts to return to a better transport, and after a vain search for another, ms. */
const AGAIN_MS = 60_000;

/**
 * Tries other transports beside the one in use, and puts one in its place once it has delivered:
 * another where the preferred one fails, the preferred one again later. Where the server counts
 * positions the change is made at a position that both links have reached, so that nothing is lost
 * or delivered twice.
 */
export class Challenge {
  readonly #host: Host;
  #rival: Rival | undefined;
  #again: Cancel | undefined;
  #skipping: Cancel | undefined;
  #triedAt = Number.NEGATIVE_INFINITY;
  #vainUntil = Number.NEGATIVE_INFINITY;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The transport in use delivers nothing: looks for one that does. */
  begin(): void {
    const { transport, transports, env, starved } = this.#host;
    if (!starved || this.#rival || env.now() < this.#vainUntil) return;
    this.#try(transports.filter((name) => name !== transport));
  }

  /** The transport in use delivers. */
  settle(): void {
    const { transport, transports, env } = this.#host;
    if (transport === transports[0]) this.#rest();
    else if (!this.#again) {
      const left = Math.max(0, this.#triedAt + AGAIN_MS - env.now());
      this.#again = env.after(left, () => this.#return());
    }
  }

  /** Nothing is wanted of other transports for now. Returns one that was about to be used. */
  stop(): TransportName | undefined {
    const rival = this.#rival;
    this.#rest();
    this.#skipping?.();
    return rival?.delivered ? rival.name : undefined;
  }

  /** Makes the change if this is the moment for it. */
  consider(): void {
    const rival = this.#rival;
    if (!rival?.link || !rival.delivered) return;
    const { position, whole } = this.#host.place;
    if (rival.replaces || rival.since === undefined) this.#take(rival, 0);
    else if (!whole || position === undefined) return;
    else if (position === rival.since) this.#take(rival, 0);
    else if (rival.reached.has(position)) this.#take(rival, rival.reached.get(position) ?? 0);
    // Its next request would go on from where the other link stands.
    else if (rival.name === "poll") this.#restart(rival);
    else {
      rival.passed.add(position);
      if (this.#host.transport !== "poll") this.#overtake(rival, position);
    }
  }

  /** A link that is always a little behind never stands where the other one does, but will. */
  #overtake(rival: Rival, position: string): void {
    if (![...rival.reached.keys()].some((one) => rival.passed.has(one))) return;
    rival.skipTo = position;
    this.#take(rival, rival.frames.length);
    this.#skipping = this.#host.env.after(MEET_MS, () => this.#host.restart(rival.name));
  }

  #rest(): void {
    this.#again?.();
    this.#again = undefined;
    this.#drop();
  }

  #return(): void {
    const { transport, transports, connected, env } = this.#host;
    this.#again = undefined;
    this.#triedAt = env.now();
    if (!connected) return;
    if (!this.#rival) this.#try(transports.slice(0, transports.indexOf(transport)));
    this.settle();
  }

  #try([name, ...others]: readonly TransportName[]): void {
    if (!name) return;
    const { env } = this.#host;
    const rival: Rival = {
      name,
      since: this.#host.place.position,
      link: undefined,
      opened: false,
      delivered: false,
      replaces: false,
      init: undefined,
      frames: [],
      reached: new Map(),
      passed: new Set(),
      skipTo: undefined,
      cancel: undefined,
    };
    this.#rival = rival;
    // Who cannot reach the server at all has learned nothing of its transports.
    const failed = (vain: boolean): void => {
      this.#drop();
      if (vain && this.#host.starved) this.#vainUntil = env.now() + AGAIN_MS;
      if (vain || rival.opened) this.#try(others);
    };
    const events = this.#listen(rival, failed);
    rival.cancel = env.after(DELIVER_MS, () => failed(true));
    try {
      const transports = { websocket: this.#host.webSocket, sse, poll };
      rival.link = transports[name](this.#host.opening(name), events, env);
    } catch {
      failed(true);
    }
  }

  #listen(rival: Rival, failed: (vain: boolean) => void): LinkEvents {
    const { events } = this.#host;
    const held = (): boolean => this.#rival === rival;
    return {
      opened: () => {
        rival.opened = true;
      },
      frame: (data) => {
        if (held()) this.#keep(rival, data);
        else if (rival.skipTo === undefined) events.frame(data);
        else this.#skip(rival, data);
      },
      heard: () => {
        if (!held()) events.heard();
        else if (rival.since !== undefined) this.#delivered(rival);
      },
      closed: (code, reason) => {
        if (held()) failed(code === NOT_SPOKEN || code >= 4000);
        else events.closed(code, reason);
      },
    };
  }

  #keep(rival: Rival, frame: unknown): void {
    rival.frames.push(frame);
    const messages = this.#host.envelopes(frame);
    for (const message of messages) {
      const position = positionOf(message);
      if (position !== undefined) rival.reached.set(position, rival.frames.length);
      if (message.type !== "init") continue;
      rival.init = frame;
      // What it holds was not looked at.
      const { data } = message as Partial<DownEnvelope<"init">>;
      rival.replaces = data?.resumed !== true;
    }
    if (messages.length > 0) this.#delivered(rival);
  }

  #skip(rival: Rival, frame: unknown): void {
    this.#host.events.heard();
    if (!this.#host.envelopes(frame).some((one) => positionOf(one) === rival.skipTo)) return;
    rival.skipTo = undefined;
    this.#skipping?.();
  }

  #delivered(rival: Rival): void {
    if (!rival.delivered) {
      rival.delivered = true;
      rival.cancel?.();
      rival.cancel = this.#host.env.after(MEET_MS, () => this.#restart(rival));
    }
    this.consider();
  }

  #take(rival: Rival, from: number): void {
    const { link, name, init, frames } = rival;
    const host = this.#host;
    if (!link) return;
    rival.cancel?.();
    this.#rival = undefined;
    this.#triedAt = host.env.now();
    host.adopt(name, link);
    const { position } = host.place;
    // The rest of what was caught up has come by the other link; its end tells who is speaking.
    if (from > 0 && init !== undefined) {
      host.events.frame(init);
      host.place.stand(position);
    }
    for (const frame of frames.slice(from)) {
      // A callback may have ended it.
      if (host.link === link) host.events.frame(frame);
    }
    if (host.link === link) this.settle();
  }

  #restart(rival: Rival): void {
    this.#drop();
    this.#host.restart(rival.name);
  }

  #drop(): void {
    const rival = this.#rival;
    this.#rival = undefined;
    rival?.cancel?.();
    rival?.link?.close();
  }
}

function positionOf({ metadata }: AnyEnvelope): string | undefined {
  const { position } = (metadata ?? {}) as { position?: unknown };
  return typeof position === "string" ? position : undefined;
}
