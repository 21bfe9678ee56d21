import type { RequestEvent } from "../event.ts";
import type { KnownIds } from "../history/store.ts";
import { HASH_WORDS, hashId } from "../id-hash.ts";
import { HashSet } from "./hash-set.ts";

const HOUR = 3_600_000;
/** Sets that the hashes are spread over, so that one grows in about a millisecond. */
const SETS = 256;

/** How far the last event of an id had got. */
export type Progress =
  | { readonly finished: true }
  | { readonly finished: false; readonly reach: number };

const FINISHED: Progress = { finished: true };

/** How far a running request has got, in a figure that only grows. */
export function reachOf(event: RequestEvent): number {
  return (event.usage?.output ?? 0) + (event.latencyMs ?? 0);
}

interface Running {
  readonly progress: Progress;
  readonly hour: number;
}

/**
 * The ids of the last 24 hours: finished ones as hashes, 40 bytes each at most, running ones by name.
 * A request whose id has the 128-bit hash of another would be taken for a repeat; see {@link hashId}.
 */
export class Seen {
  readonly #finished = Array.from({ length: SETS }, () => new HashSet());
  readonly #running = new Map<string, Running>();
  readonly #hash = new Uint32Array(HASH_WORDS);

  /** Bytes that the finished ones take. */
  get bytes(): number {
    return this.#finished.reduce((sum, set) => sum + set.bytes, 0);
  }

  get(id: string): Progress | undefined {
    const running = this.#running.size > 0 ? this.#running.get(id) : undefined;
    if (running !== undefined) return running.progress;
    hashId(id, this.#hash, 0);
    return this.#setOf(this.#hash, 0).has(this.#hash, 0) ? FINISHED : undefined;
  }

  set(id: string, progress: Progress, now: number): void {
    const hour = hourOf(now);
    if (!progress.finished) {
      this.#running.set(id, { progress, hour });
      return;
    }
    if (this.#running.size > 0) this.#running.delete(id);
    hashId(id, this.#hash, 0);
    this.#setOf(this.#hash, 0).set(this.#hash, 0, hour);
  }

  running(event: RequestEvent, now: number): void {
    this.set(event.id, { finished: false, reach: reachOf(event) }, now);
  }

  /** Knows finished ones again. */
  restore({ hashes, storedAt }: KnownIds): void {
    storedAt.forEach((at, i) => {
      this.#setOf(hashes, i * HASH_WORDS).set(hashes, i * HASH_WORDS, hourOf(at));
    });
  }

  /** Forgets ids older than 24 to 25 hours. */
  forget(now: number): void {
    const oldest = hourOf(now) - 24;
    for (const [id, { hour }] of this.#running) if (hour < oldest) this.#running.delete(id);
    for (const set of this.#finished) set.forget(Math.max(1, oldest));
  }

  /** By another word than the one that places a hash within its set. */
  #setOf(hashes: Uint32Array, at: number): HashSet {
    const set = this.#finished[(hashes[at + 3] ?? 0) % SETS];
    if (set === undefined) throw new RangeError("No such set");
    return set;
  }
}

/** Hours since 1970, from 1. */
function hourOf(at: number): number {
  return Math.max(1, Math.floor(at / HOUR));
}
