import type { Cancel, Env, WakeCause } from "@telltale/client";

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** A reproducible source of chance (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Time that passes only when told to, and everything else of a client's surroundings but sockets. */
export class FakeClock implements Omit<Env, "webSocket" | "fetch"> {
  readonly random: () => number;
  /** What `debug: true` wrote. */
  readonly logged: unknown[][] = [];
  #now = 1_700_000_000_000;
  readonly #timers: Timer[] = [];
  readonly #wakeful = new Set<(cause: WakeCause) => void>();

  constructor(seed = 1) {
    this.random = seededRandom(seed);
  }

  /** Timers and frames that are waiting. */
  get timers(): number {
    return this.#timers.length;
  }

  /** When the next timer is due, Unix ms. */
  get next(): number | undefined {
    return this.#timers.length > 0 ? Math.min(...this.#timers.map(({ due }) => due)) : undefined;
  }

  /** Listeners to wake causes. */
  get listeners(): number {
    return this.#wakeful.size;
  }

  now: () => number = () => this.#now;

  after: (ms: number, run: () => void) => Cancel = (ms, run) => {
    const timer = { due: this.#now + Math.max(0, ms), run };
    this.#timers.push(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  };

  frame: (run: () => void) => Cancel = (run) => this.after(16, run);

  onWake: (run: (cause: WakeCause) => void) => Cancel = (run) => {
    this.#wakeful.add(run);
    return () => this.#wakeful.delete(run);
  };

  base: () => string | undefined = () => "http://app.example/dashboard/";

  log: (...parts: unknown[]) => void = (...parts) => this.logged.push(parts);

  /** Lets time pass, and each timer run at its time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      let next: Timer | undefined;
      // Timers stand in the order they were set, so the first of several due at once is kept.
      for (const timer of this.#timers) if (!next || timer.due < next.due) next = timer;
      if (!next || next.due > end) break;
      this.#now = Math.max(this.#now, next.due);
      this.#timers.splice(this.#timers.indexOf(next), 1);
      next.run();
    }
    this.#now = end;
  }

  /** Time passes while the machine sleeps: what was due meanwhile runs late, at the next advance. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  /** The network or the viewer returns. */
  wake(cause: WakeCause): void {
    for (const run of [...this.#wakeful]) run(cause);
  }
}
