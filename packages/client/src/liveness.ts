import type { Cancel, Env } from "./env.ts";

export interface LivenessOptions {
  /** Longest silence before asking, ms. */
  readonly heartbeatInterval: number;
  /** Longest wait for any frame after asking, ms. */
  readonly heartbeatTimeout: number;
}

export interface LivenessActions {
  /** Asks the server for a sign. */
  ask(): void;
  /** Nothing was heard for `ms`. */
  silent(ms: number): void;
}

/** A timer this late was held up by a sleeping machine or a throttled tab. */
const LATE_MS = 1_000;
/** Time for frames that queued up meanwhile to be read. */
const GRACE_MS = 250;
/** By then a page that has just loaded is no longer busy with itself, and the answer is read in time. */
const FIRST_ASK_MS = 500;
/** Gaps remembered of a server that only pushes. */
const GAPS = 32;
/** Shorter gaps belong to one burst and say nothing about how long a silence is normal. */
const BURST_MS = 1_000;

/** Judges whether the other side is still there, by anything that arrives. */
export class Liveness {
  readonly #env: Env;
  readonly #options: () => LivenessOptions;
  readonly #actions: LivenessActions;
  /** Survives a reconnect: it is the same server, and a wrong judgement has taught something. */
  readonly #gaps: number[] = [];
  #cancel: Cancel | undefined;
  #promised = 0;
  #asking = false;
  #listens = false;
  #heard = 0;
  #frames = 0;
  /** Whether the server has ever shown that it goes on speaking. */
  #speaks = false;
  #frameAt: number | null = null;

  constructor(env: Env, options: () => LivenessOptions, actions: LivenessActions) {
    this.#env = env;
    this.#options = options;
    this.#actions = actions;
  }

  /** When the last frame came, Unix ms; null before the first. */
  get heardAt(): number | null {
    return this.#frameAt;
  }

  start(): void {
    this.stop();
    this.#listens = false;
    this.#frames = 0;
    this.#promised = 0;
    this.#heard = this.#env.now();
    this.#watch();
  }

  stop(): void {
    this.#cancel?.();
    this.#asking = false;
  }

  /** Time since anything was heard, or since the connection began, ms. */
  get silence(): number {
    return this.#env.now() - this.#heard;
  }

  /** Any frame is life, whatever is in it. */
  heard(): void {
    const now = this.#env.now();
    this.#learn(now - this.#heard);
    this.#heard = now;
    this.#frameAt = now;
    if (++this.#frames > 1) this.#speaks = true;
  }

  /** The server answers heartbeats. The first is sent early, so that latency is soon known. */
  listens(): void {
    if (this.#listens) return;
    this.#listens = true;
    this.#after(FIRST_ASK_MS, () => this.probe());
  }

  /** Asks now, if there is anyone to ask. */
  probe(): void {
    // Asking again before the answer is due would only put off the judgement.
    if (!this.#listens || this.#asking) return;
    this.#asking = true;
    const { heartbeatTimeout } = this.#options();
    const asked = this.#heard;
    const frames = this.#frames;
    this.#actions.ask();
    this.#after(heartbeatTimeout, () => {
      this.#asking = false;
      if (this.#frames === frames) this.#actions.silent(this.#env.now() - asked);
      else this.#watch();
    });
  }

  /** Longest silence that is normal here, ms. */
  patience(): number {
    const { heartbeatInterval, heartbeatTimeout } = this.#options();
    return Math.max(6 * this.usualGap(), heartbeatInterval + heartbeatTimeout);
  }

  /** The 95th percentile of the gaps between frames, or what the server promised if longer, ms. */
  usualGap(): number {
    const sorted = [...this.#gaps].sort((a, b) => a - b);
    return Math.max(this.#promised, sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0);
  }

  /** The server says how often it speaks at least, ms. */
  expect(gap: number): void {
    this.#promised = gap;
    this.#speaks = true;
  }

  #watch(): void {
    const { heartbeatInterval, heartbeatTimeout } = this.#options();
    if (this.#listens) {
      this.#after(Math.max(0, heartbeatInterval - heartbeatTimeout), () => this.probe());
      return;
    }
    const left = this.#heard + this.patience() - this.#env.now();
    this.#after(Math.max(left, GRACE_MS), () => {
      const silence = this.#env.now() - this.#heard;
      // A server that has not shown a cadence, on this connection or another, cannot be late.
      if (!this.#speaks || silence < this.patience()) {
        this.#watch();
        return;
      }
      this.#learn(silence);
      this.#actions.silent(silence);
    });
  }

  #learn(gap: number): void {
    if (gap < BURST_MS) return;
    // Beyond what would have been judged lies the sleep of this machine, which teaches nothing.
    this.#gaps.push(Math.min(gap, this.patience()));
    if (this.#gaps.length > GAPS) this.#gaps.shift();
  }

  #after(ms: number, run: () => void): void {
    this.#cancel?.();
    const due = this.#env.now() + ms;
    this.#cancel = this.#env.after(ms, () => {
      if (this.#env.now() - due < LATE_MS) run();
      else this.#cancel = this.#env.after(GRACE_MS, run);
    });
  }
}
