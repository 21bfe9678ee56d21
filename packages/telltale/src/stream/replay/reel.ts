import type { EndedPlace, EndedRequest, Playback } from "../../history/store/playback.ts";

/** Finished requests of a stretch of the past in order, a page at a time. */
export class Reel {
  readonly #store: Pick<Playback, "ended">;
  readonly #from: number;
  readonly #to: number;
  readonly #page: number;
  #held: readonly EndedRequest[] = [];
  #next = 0;
  #last: EndedPlace | undefined;
  #complete = false;
  #loading: Promise<void> | undefined;

  /** Times are Unix ms; `to` is exclusive. */
  constructor(store: Pick<Playback, "ended">, from: number, to: number, page: number) {
    this.#store = store;
    this.#from = from;
    this.#to = to;
    this.#page = page;
  }

  /** Everything that ended before is held, or was taken. */
  get reach(): number {
    return this.#complete ? Number.POSITIVE_INFINITY : (this.#last?.ended ?? this.#from);
  }

  /** Nothing is left to take, now or later. */
  get done(): boolean {
    return this.#complete && this.peek() === undefined;
  }

  peek(): EndedRequest | undefined {
    return this.#held[this.#next];
  }

  /** The next request, if it ended before that. */
  take(before: number): EndedRequest | undefined {
    const next = this.peek();
    if (next === undefined || next.ended >= before) return undefined;
    this.#next++;
    return next;
  }

  /** Whether so little is held that more should be fetched. */
  get low(): boolean {
    return !this.#complete && this.#held.length - this.#next < this.#page / 2;
  }

  /** Fetches a page; one at a time. */
  load(): Promise<void> {
    this.#loading ??= this.#fetch().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #fetch(): Promise<void> {
    if (this.#complete) return;
    const page = await this.#store.ended({
      from: this.#from,
      to: this.#to,
      limit: this.#page,
      after: this.#last,
    });
    this.#held = [...this.#held.slice(this.#next), ...page];
    this.#next = 0;
    const last = page.at(-1);
    if (last) this.#last = { ended: last.ended, seq: last.seq };
    this.#complete = page.length < this.#page;
  }
}
