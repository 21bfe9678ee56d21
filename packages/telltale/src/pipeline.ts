import type { ErrorUpdate, RateLimitUpdate } from "@telltale/protocol";
import { isFinished, type RequestEvent } from "./event.ts";
import type { HistoryStore, StoredJoin } from "./history/store.ts";
import { type IngestResult, type Intake, OverloadedError, type SpanLink } from "./intake.ts";
import type { Accounts, Undo } from "./live/accounts/accounts.ts";
import { type Joined, Joins } from "./live/accounts/joins.ts";
import { reachOf, type Seen } from "./live/seen.ts";
import type { LiveState } from "./live/state.ts";
import type { Pricing } from "./pricing/pricing.ts";

/** Who is told of what changed, as it changes. */
export interface Audience {
  request(event: RequestEvent): void;
  error(update: ErrorUpdate): void;
  rateLimit(update: RateLimitUpdate): void;
}

/** What the pipeline needs of the history. */
export type PipelineStore = Pick<HistoryStore, "append" | "request">;

export interface PipelineOptions {
  readonly store: PipelineStore;
  readonly live: LiveState;
  readonly seen: Seen;
  readonly accounts: Accounts;
  /** Resolves once `seen` and `accounts` know what was stored before; nothing is judged until then. */
  readonly known?: () => Promise<void>;
  /** Loaded when the first event comes. */
  readonly pricing: () => Promise<Pick<Pricing, "price">>;
  readonly now: () => number;
  /** Events that may wait for the disk; more are refused. */
  readonly maxQueued: number;
  /** Events in one commit. */
  readonly maxBatch: number;
}

interface Waiting {
  readonly events: readonly RequestEvent[];
  readonly links: readonly SpanLink[];
  resolve(result: IngestResult): void;
  reject(error: unknown): void;
}

/**
 * The only writer: price, drop what is known, store, show, acknowledge, in that order.
 *
 * Calls that arrive while a commit is under way share the next one (group commit), so at rest an
 * event waits for nothing and under load one `fsync` serves many. Duplicates are judged when their
 * batch is written, not when they arrive: an event must not be acknowledged as a repeat of one
 * whose commit may still fail. While a batch is written, the one before is shown and acknowledged.
 */
export class Pipeline implements Intake {
  readonly #options: PipelineOptions;
  readonly #audience: Audience[] = [];
  #waiting: Waiting[] = [];
  #queued = 0;
  #writing: Promise<void> | undefined;
  /** Shows and acknowledges what is stored. */
  #show: () => void = () => undefined;
  #pricing: Pick<Pricing, "price"> | undefined;
  readonly #joins: Joins;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#joins = new Joins({
      stored: (id) => options.store.request(id),
      price: (event) => this.#pricing?.price({ ...event, cost: null }) ?? null,
    });
  }

  /** Events that wait for the disk. */
  get queued(): number {
    return this.#queued;
  }

  tell(audience: Audience): void {
    this.#audience.push(audience);
  }

  ingest(events: readonly RequestEvent[], links: readonly SpanLink[] = []): Promise<IngestResult> {
    // What is no call itself tells where the calls stand; nothing of it is stored.
    if (events.length === 0) this.#options.accounts.link(links);
    if (events.length === 0) return Promise.resolve({ accepted: 0, duplicates: 0 });
    if (this.#queued > 0 && this.#queued + events.length > this.#options.maxQueued) {
      return Promise.reject(new OverloadedError(1));
    }
    this.#queued += events.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ events, links, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  progress(event: RequestEvent): void {
    if (this.#options.seen.get(event.id)?.finished) return;
    const priced = this.#priced(event);
    this.#options.live.run(priced, this.#options.now());
    this.#tell(priced);
  }

  rateLimit(update: RateLimitUpdate): void {
    this.#options.live.rateLimit(update);
    for (const audience of this.#audience) audience.rateLimit(update);
  }

  /** Resolves when everything that was handed in is stored or refused. */
  async drain(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    // Calls made in the same turn of the event loop share the first commit too.
    this.#pricing = await this.#options.pricing();
    while (this.#waiting.length > 0) {
      const calls = this.#take();
      try {
        await this.#options.known?.();
        await this.#commit(calls);
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
      for (const call of calls) this.#queued -= call.events.length;
      if (this.#waiting.length === 0) this.#show();
    }
    this.#writing = undefined;
  }

  #take(): Waiting[] {
    let events = 0;
    let count = 0;
    for (const call of this.#waiting) {
      if (count > 0 && events + call.events.length > this.#options.maxBatch) break;
      events += call.events.length;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(calls: readonly Waiting[]): Promise<void> {
    const { store, seen, accounts, now } = this.#options;
    // The newest event of each id in this batch; insertion order is kept.
    const batch = new Map<string, RequestEvent>();
    const joined: RequestEvent[] = [];
    const joins: StoredJoin[] = [];
    const undo: Undo[] = [];
    const results: IngestResult[] = [];
    const at = now();
    const asked = seen.archived(
      calls.flatMap((call) => call.events),
      at,
    );
    // The disk may have to be asked.
    if (asked !== null) this.#show();
    const archived = await asked;
    for (const call of calls) {
      accounts.link(call.links);
      let accepted = 0;
      for (const event of call.events) {
        if (archived?.has(event.id) || !this.#advances(event, batch.get(event.id))) continue;
        const match = isFinished(event) ? accounts.find(event) : null;
        if (match !== null) {
          const join = accounts.join(event, match, at);
          undo.push(join.undo);
          joins.push(join.record);
          this.#joins.put(event, match);
          joined.push(event);
          continue;
        }
        if (isFinished(event)) undo.push(accounts.add(event, at));
        const priced = this.#priced(event);
        batch.set(event.id, priced);
        this.#joins.counted(event, priced);
        accepted++;
      }
      results.push({ accepted, duplicates: call.events.length - accepted });
    }
    // Filling them in may have to ask the store.
    if (joined.length > 0) this.#show();
    let amended: readonly Joined[];
    let events: readonly RequestEvent[];
    try {
      amended = await this.#joins.settle(batch);
      events = [...batch.values()];
      const nothing = events.length + joins.length === 0;
      const storing = nothing ? undefined : store.append(events, at, amended, joins);
      this.#show();
      await storing;
    } catch (error) {
      for (const takeBack of undo.reverse()) takeBack();
      this.#joins.forget(batch.keys());
      for (const call of calls) call.reject(error);
      return;
    }
    this.#know(events, joined, at);
    this.#show = () => {
      this.#show = () => undefined;
      try {
        this.#finish(events);
        this.#amend(amended, joined);
        calls.forEach((call, index) => {
          call.resolve(results[index] ?? { accepted: 0, duplicates: 0 });
        });
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
    };
  }

  /** Whether an event says more than what is stored, or than an earlier one of the same batch. */
  #advances(event: RequestEvent, earlier: RequestEvent | undefined): boolean {
    if (earlier !== undefined) {
      if (isFinished(earlier)) return false;
      return isFinished(event) || reachOf(event) > reachOf(earlier);
    }
    const known = this.#options.seen.get(event.id);
    if (known === undefined) return true;
    if (known.finished) return false;
    return isFinished(event) || reachOf(event) > known.reach;
  }

  /** From now on these are repeats. */
  #know(events: readonly RequestEvent[], joined: readonly RequestEvent[], at: number): void {
    const { seen } = this.#options;
    for (const event of events) {
      if (isFinished(event)) seen.finished(event, at);
      else seen.running(event, at);
    }
    for (const event of joined) seen.finished(event, at);
  }

  #finish(events: readonly RequestEvent[]): void {
    const { live, now } = this.#options;
    const at = now();
    for (const event of events) {
      const error = isFinished(event) ? live.finish(event, at) : live.run(event, at);
      this.#tell(event);
      if (error) for (const audience of this.#audience) audience.error(error);
    }
  }

  /** Shows what counted requests have become through `joined`, further accounts of them. */
  #amend(amended: readonly Joined[], joined: readonly RequestEvent[]): void {
    const { live, now } = this.#options;
    const at = now();
    for (const { before, after } of amended) {
      live.amend(before, after, at);
      this.#tell(after);
    }
    // Whoever watched it run must see it end, though it is not counted.
    for (const event of joined) if (live.drop(event.id)) this.#tell(event);
  }

  #tell(event: RequestEvent): void {
    for (const audience of this.#audience) audience.request(event);
  }

  #priced(event: RequestEvent): RequestEvent {
    if (event.cost !== null) return event;
    const cost = this.#pricing?.price(event) ?? null;
    return cost === null ? event : { ...event, cost };
  }
}
