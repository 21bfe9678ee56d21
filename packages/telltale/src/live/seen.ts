import { endOf, isFinished, type RequestEvent } from "../event.ts";
import { HASH_WORDS, hashId, hashIds } from "../id-hash.ts";
import type { Asked, IdArchive, KnownIds, Leaving, Span } from "../ids/port.ts";
import { Queue } from "../queue.ts";
import { Generation } from "./generation.ts";
import { hourOf, timeOfHour } from "./hour.ts";
import { IdSet } from "./id-set.ts";

const DAY = 86_400_000;
/**
 * So long after its end a request is stored, as a rule; or so long before it, where its clock is ahead;
 * ms. A repeat tells the same end, which leads to when the id was stored.
 */
const LATE = 120_000;
const AHEAD = 5000;
/** What a time may lose on its way through a file, ms. */
const ROUNDED = 1000;
/** Ids in memory besides lasting ones. */
const MOST = 2_000_000;

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

export interface SeenOptions {
  /** Without one all ids stay in memory. */
  readonly archive?: IdArchive | undefined;
  readonly most?: number | undefined;
  /** Lets others go first. */
  readonly pause?: (() => Promise<void>) | undefined;
}

/**
 * The ids of the last 24 hours. Running ones are known by name. Finished ones are known as hashes, 27
 * to 40 bytes each: the newest in two generations, the younger of which grows; the older one is in the
 * archive too, and is let go when the younger is full. Those that could not be found in the archive
 * again by the end of their request stay in memory: nobody told it, or they came long before or after it.
 *
 * A request whose id has the 128-bit hash of another would be taken for a repeat; see {@link hashId}.
 */
export class Seen {
  readonly #options: SeenOptions;
  /** The youngest first. More than two while the archive does not take them. */
  #generations: readonly Generation[] = [new Generation()];
  readonly #lasting = new IdSet();
  readonly #running = new Map<string, Running>();
  readonly #hash = new Uint32Array(HASH_WORDS);
  /** Of what was stored later memory knows all; Unix ms. */
  #archivedUntil = Number.NEGATIVE_INFINITY;
  readonly #archiving = new Queue();

  constructor(options: SeenOptions = {}) {
    this.#options = options;
  }

  /** Bytes that the finished ones take. */
  get bytes(): number {
    return this.#generations.reduce((sum, { bytes }) => sum + bytes, this.#lasting.bytes);
  }

  /** What memory knows of it. */
  get(id: string): Progress | undefined {
    const running = this.#running.size > 0 ? this.#running.get(id) : undefined;
    if (running !== undefined) return running.progress;
    hashId(id, this.#hash, 0);
    return this.#has(this.#hash) ? FINISHED : undefined;
  }

  /** The ids of `events` that only the archive knows; null when it need not be asked. */
  archived(events: readonly RequestEvent[], now: number): Promise<ReadonlySet<string>> | null {
    const { archive } = this.#options;
    if (archive === undefined) return null;
    const ids = new Map<Asked, string>();
    for (const event of events) {
      const span = this.#spanOf(event, now);
      if (span === null || this.get(event.id) !== undefined) continue;
      ids.set({ ...span, hash: hashIds([event.id]) }, event.id);
    }
    if (ids.size === 0) return null;
    return archive
      .find([...ids.keys()])
      .then((found) => new Set(Array.from(found, (asked) => ids.get(asked) ?? "")));
  }

  running(event: RequestEvent, now: number): void {
    const progress = { finished: false, reach: reachOf(event) } as const;
    this.#running.set(event.id, { progress, hour: hourOf(now) });
  }

  finished(event: RequestEvent, storedAt: number): void {
    if (this.#running.size > 0) this.#running.delete(event.id);
    hashId(event.id, this.#hash, 0);
    const lateness = storedAt - endOf(event);
    const placed = event.undated !== true && lateness >= -AHEAD && lateness <= LATE;
    const [young] = this.#generations;
    young?.add(this.#hash, storedAt, placed);
    const { archive, most = MOST } = this.#options;
    if (archive !== undefined && (young?.size ?? 0) >= most / 2) this.#turn(archive);
  }

  /** Knows finished ones again, until they are a day old. */
  restore({ hashes, storedAt }: KnownIds): void {
    storedAt.forEach((at, i) => {
      this.#lasting.set(hashes, i * HASH_WORDS, hourOf(at));
    });
  }

  /** Of what was stored up to `time`, Unix ms, the archive knows more. */
  leaveToArchive(time: number): void {
    this.#archivedUntil = Math.max(this.#archivedUntil, time);
  }

  /** Forgets ids older than 24 to 25 hours. */
  async forget(now: number): Promise<void> {
    const { archive, pause = () => Promise.resolve() } = this.#options;
    const oldest = Math.max(1, hourOf(now) - 24);
    for (const [id, { hour }] of this.#running) if (hour < oldest) this.#running.delete(id);
    await this.#lasting.forget(oldest, pause);
    for (const generation of this.#generations) await generation.forget(oldest, pause);
    await archive?.forget(timeOfHour(oldest));
  }

  /** Resolves when what is to be archived is, or can not be. */
  async settle(): Promise<void> {
    await this.#archiving.idle();
  }

  #has(hash: Uint32Array): boolean {
    for (const generation of this.#generations) if (generation.has(hash)) return true;
    return this.#lasting.has(hash, 0);
  }

  /** When it may have been stored; null when memory would know it. */
  #spanOf(event: RequestEvent, now: number): Span | null {
    if (event.undated === true) return null;
    const end = endOf(event);
    const from = end - AHEAD - ROUNDED;
    // A report of a running request tells no end: that of the request may have been long after.
    const to = isFinished(event) ? end + LATE + ROUNDED : Number.POSITIVE_INFINITY;
    return from <= this.#archivedUntil && to >= now - DAY ? { from, to } : null;
  }

  #turn(archive: IdArchive): void {
    const [young, ...older] = this.#generations;
    if (young === undefined) return;
    for (const { archived, to } of older) if (archived) this.leaveToArchive(to);
    this.#generations = [
      new Generation(young.size),
      young,
      ...older.filter(({ archived }) => !archived),
    ];
    void this.#archiving.run(() => this.#archive(archive));
  }

  /** The oldest first, so that no younger one is archived without it. */
  async #archive(archive: IdArchive): Promise<void> {
    for (;;) {
      const next = this.#generations.slice(1).findLast(({ archived }) => !archived);
      if (next === undefined) return;
      next.archived = await archive.put(this.#leaving(next));
      if (!next.archived) return;
    }
  }

  /** What is lasting is handed on as it leaves. */
  #leaving(generation: Generation): Leaving {
    const restore = (ids: KnownIds): void => this.restore(ids);
    const { from, to, last, size, lasting } = generation;
    return {
      from,
      to,
      last,
      placed: size,
      lasting,
      *parts() {
        for (const part of generation.parts()) {
          restore(part.lasting);
          yield part;
        }
      },
    };
  }
}
