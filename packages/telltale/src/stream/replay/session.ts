import type { Notice, Replay } from "@telltale/protocol";
import { CAPABILITIES, Hub, type HubOptions } from "../hub.ts";
import type { Source } from "../source.ts";
import type { Control, Fault } from "../up.ts";
import type { ReplayClock } from "./clock.ts";
import { FASTEST, isSpeed, type ReplayRequest, SLOWEST } from "./request.ts";
import { type Scene, type SceneOptions, setScene } from "./scene.ts";

export interface SessionOptions extends Omit<SceneOptions, "surroundings" | "still"> {
  readonly hub: Omit<HubOptions, "epoch" | "now" | "snapshot" | "capabilities" | "replay">;
  readonly clock: ReplayClock;
  /** Requests that may be played in a frame. */
  readonly budget: () => number;
  /** The history failed; it is asked again. */
  readonly failed: (error: unknown) => void;
}

/** Client messages that a replay acts on. */
const REPLAY_CAPABILITIES = [...CAPABILITIES, "pause", "resume", "seek", "speed", "step"];

/** Time between two steps of the picture while it moves, and while it stands still; ms. */
const FRAME = 50;
const STILL = 1000;
/** However long a frame took, no more than this is made up for, ms. */
const LONGEST_FRAME = 1000;
/** Ticks of the past, ms; the first that makes no more than {@link TICKS} per second is taken. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300].map((seconds) => seconds * 1000);
const TICKS = 12;
const RETRY = 1000;
/** How long before the next request a gap is left, ms. */
const LEAD = 1000;

/**
 * One replay: a hub like the live one, fed with the past at a pace of its own. What is shown as of a
 * time is what had ended before it, whether it was played up to there or sought.
 */
export class Session implements Source {
  readonly capabilities: readonly string[] = REPLAY_CAPABILITIES;
  readonly hub: Hub;
  readonly #options: SessionOptions;
  readonly #id: string;
  readonly #request: ReplayRequest;
  #scene: Scene;
  #from: number;
  #at: number;
  #speed: number;
  #paused = false;
  #ended = false;
  /** Nobody reads: the clock stands. */
  #frozen = false;
  #stepTo: number | undefined;
  #seeks = 0;
  #seeking = false;
  #retryAt = 0;
  #lastFrameAt: number;
  #cancel: (() => void) | undefined;
  #closed = false;

  private constructor(id: string, request: ReplayRequest, scene: Scene, options: SessionOptions) {
    this.#id = id;
    this.#request = request;
    this.#scene = scene;
    this.#options = options;
    this.#from = request.from;
    this.#at = request.from;
    this.#speed = request.speed;
    this.#lastFrameAt = options.clock.now();
    this.hub = new Hub({
      ...options.hub,
      epoch: `${id}-0`,
      now: options.clock.now,
      snapshot: () => this.#scene.snapshot(this.#at),
      capabilities: REPLAY_CAPABILITIES,
      replay: () => this.state,
    });
    this.#arm(FRAME);
  }

  /** @param id letters, digits and `_` */
  static async open(id: string, request: ReplayRequest, options: SessionOptions): Promise<Session> {
    const scene = await setScene(request.from, request.to, {
      ...options,
      surroundings: () => NOWHERE,
      still: () => true,
    });
    // It is always wanted.
    if (scene === null) throw new Error("A replay was given up while it was opened");
    return new Session(id, request, scene, options);
  }

  get state(): Replay {
    return {
      from: this.#from,
      to: this.#request.to,
      speed: this.#speed,
      at: Math.floor(this.#at),
      paused: this.#paused,
      ...(this.#ended ? { ended: true } : {}),
    };
  }

  heed(control: Control): Fault | undefined {
    switch (control.type) {
      case "pause":
        this.#paused = true;
        this.#stepTo = undefined;
        this.#tell("The replay stands still");
        return undefined;
      case "resume":
        this.#paused = false;
        this.#tell("The replay goes on");
        return undefined;
      case "step":
        this.#paused = true;
        this.#stepTo = this.#nextTick();
        this.#arm(0);
        return undefined;
      case "speed":
        if (!isSpeed(control.data.speed)) {
          const path = "data.speed";
          return { fault: `${path}: expected a number from ${SLOWEST} to ${FASTEST}`, path };
        }
        this.#speed = control.data.speed;
        this.#tell(`The replay goes on at ${this.#speed}×`);
        return undefined;
      case "seek": {
        const { to } = control.data;
        if (!(to >= 0 && to < this.#request.to)) {
          const path = "data.to";
          return { fault: `${path}: expected a Unix time in ms before ${this.#request.to}`, path };
        }
        void this.#seek(to);
        return undefined;
      }
    }
  }

  /** Stops the clock while nobody reads. */
  freeze(frozen: boolean): void {
    this.#frozen = frozen;
    this.#arm(frozen ? STILL : 0);
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
    this.hub.close();
  }

  async #seek(to: number): Promise<void> {
    const seek = ++this.#seeks;
    const still = (): boolean => seek === this.#seeks && !this.#closed;
    this.#seeking = true;
    this.#stepTo = undefined;
    try {
      const scene = await setScene(to, this.#request.to, {
        ...this.#options,
        surroundings: () => NOWHERE,
        still,
      });
      if (scene === null) return;
      this.#scene = scene;
      this.#at = to;
      this.#from = Math.min(this.#from, to);
      this.#ended = false;
      this.hub.restart(`${this.#id}-${seek}`);
    } catch (error) {
      this.#options.failed(error);
      if (still()) this.#tell("The history did not answer: the replay stays where it is");
    } finally {
      if (still()) {
        this.#seeking = false;
        this.#arm(0);
      }
    }
  }

  #frame(): void {
    const now = this.#options.clock.now();
    const passed = Math.min(LONGEST_FRAME, now - this.#lastFrameAt);
    this.#lastFrameAt = now;
    if (this.#moves) {
      const until = this.#stepTo ?? this.#at + passed * this.#speed;
      this.#advance(Math.min(until, this.#request.to));
      if (this.#stepTo !== undefined && this.#at >= this.#stepTo) {
        this.#stepTo = undefined;
        this.#tell("The replay went one step");
      }
      if (this.#scene.reel.low) this.#load();
    }
    this.hub.heartbeat();
    this.#arm(this.#moves ? FRAME : STILL);
  }

  get #moves(): boolean {
    const wanted = !this.#paused || this.#stepTo !== undefined;
    return wanted && !this.#ended && !this.#seeking && !this.#frozen;
  }

  /** Plays on, tick by tick, as far as is known. */
  #advance(wanted: number): void {
    let budget = this.#options.budget();
    const { reel } = this.#scene;
    this.#skip();
    const end = this.#end();
    const until = Math.min(wanted, end);
    while (this.#at < until) {
      const tick = this.#nextTick();
      const boundary = Math.min(tick, until);
      for (let next = reel.take(boundary); next; next = reel.take(boundary)) {
        this.#at = Math.max(this.#at, next.ended);
        const error = this.#scene.play(next);
        this.hub.request(next.event);
        if (error) this.hub.error(error);
        if (--budget <= 0) return;
      }
      if (reel.reach < boundary) {
        this.#at = Math.max(this.#at, reel.reach);
        return;
      }
      this.#at = boundary;
      if (boundary === tick) this.hub.tick(this.#scene.tick(tick), null);
    }
    if (this.#at >= end) this.#finish();
  }

  /** When nothing changes any more: the window is empty after the last request. */
  #end(): number {
    const { reel, lastEnded } = this.#scene;
    const { to } = this.#request;
    if (!reel.done) return to;
    const window = (this.#options.live.windowSeconds + 1) * 1000;
    return Math.min(to, (lastEnded ?? Number.NEGATIVE_INFINITY) + window);
  }

  #finish(): void {
    this.#ended = true;
    this.#stepTo = undefined;
    this.hub.tick(this.#scene.tick(this.#at), null);
    const message = "The replay has ended: nothing more comes";
    this.hub.notify({ code: "replay_ended", message, replay: this.state });
  }

  /** Over a time in which nothing happened and nothing is shown of what did before. */
  #skip(): void {
    const { reel, lastEnded } = this.#scene;
    const next = reel.peek();
    if (!this.#request.skipGaps || next === undefined) return;
    const empty = (lastEnded ?? Number.NEGATIVE_INFINITY) + this.#options.live.windowSeconds * 1000;
    if (this.#at > empty) this.#at = Math.max(this.#at, next.ended - LEAD);
  }

  #nextTick(): number {
    const step = STEPS.find((ms) => (this.#speed * 1000) / ms <= TICKS) ?? STEPS.at(-1) ?? 1000;
    return (Math.floor(this.#at / step) + 1) * step;
  }

  #load(): void {
    if (this.#options.clock.now() < this.#retryAt) return;
    this.#scene.reel.load().catch((error: unknown) => {
      this.#retryAt = this.#options.clock.now() + RETRY;
      this.#options.failed(error);
    });
  }

  #tell(message: string): void {
    const notice: Notice = { code: "replay", message, replay: this.state };
    this.hub.notify(notice);
    this.#arm(0);
  }

  /** One frame is due at a time; `0` begins to move now. */
  #arm(ms: number): void {
    if (this.#closed) return;
    if (ms === 0) this.#lastFrameAt = this.#options.clock.now();
    this.#cancel?.();
    this.#cancel = this.#options.clock.after(ms === 0 ? FRAME : ms, () => this.#frame());
  }
}

/** A replay has one reader, and a host of which nothing is kept. */
const NOWHERE = { system: null, activeConnections: 1 };
