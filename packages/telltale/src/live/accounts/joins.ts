import { alike, enriched } from "../../enrich.ts";
import type { RequestEvent } from "../../event.ts";
import type { Amendment } from "../../history/store.ts";
import { AgeingMap } from "../ageing-map.ts";
import type { Match } from "./accounts.ts";

/** Counted requests that are kept whole, to be filled in without asking the store: so many to twice as many. */
const mostKept = 10_000;
/** Requests that one commit may ask the store for; the accounts of others are counted only. */
const mostAsked = 50;

/** What a stored request was and what it has become. */
export type Joined = Amendment;

interface Kept {
  readonly event: RequestEvent;
  /** Its cost is the price list's, not the source's. */
  readonly priced: boolean;
}

export interface JoinsOptions {
  /** A finished request of the store. */
  stored(id: string): Promise<RequestEvent | null>;
  /** What the price list says, whatever the event's own cost. */
  price(event: RequestEvent): number | null;
}

/** Lets each further account of a counted request fill in what the first did not know. */
export class Joins {
  readonly #options: JoinsOptions;
  readonly #kept = new AgeingMap<Kept>();
  #pending: { readonly event: RequestEvent; readonly id: string }[] = [];

  constructor(options: JoinsOptions) {
    this.#options = options;
  }

  /** @param reported as its door told it, @param event with its price */
  counted(reported: RequestEvent, event: RequestEvent): void {
    this.#keep(event.id, { event, priced: reported.cost === null });
  }

  put(event: RequestEvent, { account, fills }: Match): void {
    if (fills) this.#pending.push({ event, id: account.id });
  }

  /** Fills in what is in `batch`, and returns what stored requests become. */
  async settle(batch: Map<string, RequestEvent>): Promise<readonly Joined[]> {
    const pending = this.#pending;
    this.#pending = [];
    const joined = new Map<string, Joined>();
    let asked = 0;
    for (const { event, id } of pending) {
      let kept = this.#kept.get(id);
      if (kept === undefined && asked++ < mostAsked) {
        const stored = await this.#options.stored(id);
        if (stored !== null) kept = { event: stored, priced: false };
      }
      if (kept === undefined) continue;
      const filled = this.#fill(kept, event);
      if (alike(filled.event, kept.event)) continue;
      this.#keep(id, filled);
      if (batch.has(id)) batch.set(id, filled.event);
      else {
        const before = joined.get(id)?.before ?? kept.event;
        joined.set(id, { before, after: filled.event });
      }
    }
    return [...joined.values()];
  }

  /** Nothing of what was counted or put since could be stored. */
  forget(ids: Iterable<string>): void {
    this.#pending = [];
    for (const id of ids) this.#kept.delete(id);
  }

  /** What the source reports of the cost wins over the price list; that follows the tokens. */
  #fill({ event: first, priced }: Kept, second: RequestEvent): Kept {
    const event = enriched(first, second);
    if (!priced && first.cost !== null) return { event, priced };
    if (second.cost !== null) return { event: { ...event, cost: second.cost }, priced: false };
    return { event: { ...event, cost: this.#options.price(event) }, priced: true };
  }

  #keep(id: string, kept: Kept): void {
    this.#kept.set(id, kept);
    if (this.#kept.young >= mostKept) this.#kept.turn();
  }
}
