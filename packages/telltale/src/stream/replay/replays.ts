import { parsePosition } from "@telltale/protocol";
import type { Source } from "../source.ts";
import type { ReplayRequest } from "./request.ts";
import { Session, type SessionOptions } from "./session.ts";

/** A reader that polls is away between two answers, ms. */
const GRACE = 5000;
/** How long a replay waits for a reader that was lost, ms. */
const LINGER = 60_000;
/** Requests played in a frame by all replays together. */
const BUDGET = 1000;
const LEAST_BUDGET = 50;

export interface ReplaysOptions extends Omit<SessionOptions, "budget"> {
  /** Replays at once. */
  readonly most: number;
  /** Letters and digits, never the same twice. */
  readonly newId: () => string;
}

/** As many replays run as there may be. */
export class TooManyReplaysError extends Error {
  override readonly name = "TooManyReplaysError";
  /** s */
  readonly retryAfter = 10;
}

interface Held {
  readonly session: Session;
  readers: number;
  cancel: (() => void) | undefined;
}

/** Every replay that runs, each with its own readers. */
export class Replays {
  readonly #options: ReplaysOptions;
  readonly #held = new Map<string, Held>();
  #opening = 0;
  #closed = false;

  constructor(options: ReplaysOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#held.size + this.#opening;
  }

  /**
   * A replay for a reader: the one it was lost from, by its position, or a new one. The reader lets
   * go of it with `release`.
   *
   * @throws {TooManyReplaysError}
   */
  async open(request: ReplayRequest, since: string | undefined): Promise<Source> {
    const id = parsePosition(since ?? "")?.epoch.replace(/-\d+$/, "");
    const known = id === undefined ? undefined : this.#held.get(id);
    return this.#lend(known ?? (await this.#start(request)));
  }

  /** Ends them all; their readers may let go of them afterwards. */
  close(): void {
    this.#closed = true;
    for (const { session, cancel } of this.#held.values()) {
      cancel?.();
      session.close();
    }
    this.#held.clear();
  }

  async #start(request: ReplayRequest): Promise<Held> {
    if (this.size >= this.#options.most) this.#letGo();
    const { most } = this.#options;
    if (this.size >= most) {
      throw new TooManyReplaysError(`${most} replays run already, and no more may at once`);
    }
    const id = this.#options.newId();
    this.#opening++;
    try {
      const budget = (): number => Math.max(LEAST_BUDGET, Math.floor(BUDGET / this.size));
      const session = await Session.open(id, request, { ...this.#options, budget });
      const held: Held = { session, readers: 0, cancel: undefined };
      if (this.#closed) session.close();
      else this.#held.set(id, held);
      return held;
    } finally {
      this.#opening--;
    }
  }

  #lend(held: Held): Source {
    const { session } = held;
    held.readers++;
    held.cancel?.();
    held.cancel = undefined;
    session.freeze(false);
    let lent = true;
    return {
      hub: session.hub,
      capabilities: session.capabilities,
      heed: (control) => session.heed(control),
      release: () => {
        if (!lent) return;
        lent = false;
        held.readers--;
        if (held.readers === 0 && !this.#closed) this.#wait(held);
      },
    };
  }

  /** Stands still before long, and ends when nobody comes back. */
  #wait(held: Held): void {
    const { clock } = this.#options;
    held.cancel = clock.after(GRACE, () => {
      held.session.freeze(true);
      held.cancel = clock.after(LINGER, () => this.#end(held));
    });
  }

  /** Ends the one that has waited longest for a reader. */
  #letGo(): void {
    for (const held of this.#held.values()) {
      if (held.readers > 0) continue;
      this.#end(held);
      return;
    }
  }

  #end(held: Held): void {
    held.cancel?.();
    held.session.close();
    for (const [id, each] of this.#held) if (each === held) this.#held.delete(id);
  }
}
