import type { RequestEvent, Source } from "../../event.ts";
import type { StoredAccount, StoredJoin } from "../../history/store.ts";
import type { SpanLink } from "../../intake.ts";
import { AgeingMap } from "../ageing-map.ts";
import {
  type Account,
  accountOf,
  embeds,
  type Known,
  placeOf,
  plainName,
  sameModel,
  together,
} from "./account.ts";
import { type AccountIndex, keyOf, mostCompared, nearest, put, take } from "./account-index.ts";
import { Spans } from "./spans.ts";

/** Accounts stored longer ago are no longer found, and soon forgotten, ms. */
const patience = 24 * 3_600_000;
/** So many to twice as many are kept, about 0.9 kB each; beyond, they are forgotten before their time. */
const mostAccounts = 50_000;

/** Proxied calls of one model that wait for a span without a common id. */
const mostTraceless = 2_048;

/** That an event is another account of what is counted already. */
export interface Match {
  /** The counted request. */
  readonly account: Account;
  /** Whether the event is about that one request only, and may fill in what it lacks. */
  readonly fills: boolean;
}

/** Takes back what was noted, where it could not be stored. */
export type Undo = () => void;

/** A span that is counted, or whose account has joined a counted one. */
interface Position {
  readonly account: Account;
  readonly spanId: string;
  /** Another account from within it is known. */
  inner: boolean;
}

/**
 * Which requests are counted, to recognise another account of one: the proxy and a span saw the same
 * call, or two spans of one call came in separate batches. The rules are in docs/sources.md.
 */
export class Accounts {
  readonly #spans = new Spans();
  readonly #byTrace: AccountIndex = new AgeingMap();
  readonly #byResponse: AccountIndex = new AgeingMap();
  readonly #positions = new AgeingMap<Position>();
  /** Proxied calls that came without a trace, by model. */
  readonly #traceless: AccountIndex = new AgeingMap();
  /** Services whose spans have turned out to be of proxied calls. */
  readonly #throughProxy = new Set<string>();
  /** Accounts since the maps were last turned, and when that was, Unix ms. */
  #young = 0;
  #turned: number | undefined;
  /** What was stored before is not found, Unix ms. */
  #oldest = Number.NEGATIVE_INFINITY;

  link(links: readonly SpanLink[]): void {
    this.#spans.add(links);
  }

  /** The counted request that `event` is another account of. */
  find(event: RequestEvent): Match | null {
    const within = this.#within(event);
    const [only] = within;
    if (only !== undefined) return { account: only, fills: within.length === 1 };
    const around = this.#around(event);
    if (around !== null && !around.inner) return { account: around.account, fills: true };
    const same = this.#answered(event) ?? this.#beside(event) ?? this.#meanwhile(event);
    return same === null ? null : { account: same, fills: true };
  }

  /** Notes that `event` is counted. */
  add(event: Known, now: number): Undo {
    const bare = event.traceId === null && event.responseId === null;
    if (bare && event.source !== "proxy") return () => undefined;
    const account = accountOf(event, now);
    this.#turned ??= now;
    if (this.#young === mostAccounts) this.#turn(now);
    this.#young++;
    put(this.#byTrace, account.traceId, account);
    put(this.#byResponse, account.responseId, account);
    if (event.source === "proxy" && event.traceId === null) {
      put(this.#traceless, plainName(event.model), account, mostTraceless);
    }
    const [place] = account.places;
    const spanId = place?.spanId ?? null;
    const key = keyOf(account.traceId, spanId);
    if (key !== null) this.#positions.set(key, { account, spanId: spanId ?? "", inner: false });
    return () => this.#drop(account);
  }

  /** Notes that `event` has joined what it matches. */
  join(event: RequestEvent, { account }: Match, now: number): { record: StoredJoin; undo: Undo } {
    const around = this.#around(event);
    const entered = around !== null && !around.inner ? around : null;
    const record = {
      id: event.id,
      source: event.source,
      traceId: event.traceId,
      responseId: event.responseId,
      account: account.id,
      inside: entered?.spanId ?? null,
      encloses: this.#within(event).length > 0,
      storedAt: now,
    };
    if (event.source === "otlp" && account.sources.includes("proxy")) {
      if (this.#throughProxy.size >= mostCompared) this.#throughProxy.clear();
      this.#throughProxy.add(event.service ?? "");
    }
    return { record, undo: this.#note(account, record) };
  }

  /** Knows again what was stored. */
  restore(accounts: readonly StoredAccount[], joins: readonly StoredJoin[]): void {
    for (const account of accounts) this.add(account, account.storedAt);
    if (joins.length === 0) return;
    const wanted = new Set(joins.map(({ account }) => account));
    const found = new Map<string, Account>();
    for (const index of [this.#byTrace, this.#byResponse, this.#traceless]) {
      for (const [, known] of index.entries()) {
        for (const account of known) if (wanted.has(account.id)) found.set(account.id, account);
      }
    }
    for (const join of joins) {
      const account = found.get(join.account);
      if (account !== undefined) this.#note(account, join);
    }
  }

  #note(account: Account, join: StoredJoin): Undo {
    const { source, traceId, inside, encloses } = join;
    const place = placeOf(join);
    const { sources, places } = account;
    account.sources = [...sources, source];
    account.places = [...places, place];
    // The trace of one account is where the others of the same call are looked for.
    const moved = account.traceId === null && traceId !== null;
    if (moved) {
      account.traceId = traceId;
      put(this.#byTrace, traceId, account);
    }
    const entered = inside === null ? undefined : this.#positions.get(`${traceId}${inside}`);
    const answer = account.responseId;
    if (entered !== undefined) {
      // What was counted by the span around is this call from now on; others may follow within it.
      entered.inner = true;
      this.#answeredBy(account, join.responseId);
    }
    const key = keyOf(traceId, place.spanId);
    if (key !== null) {
      this.#positions.set(key, { account, spanId: place.spanId ?? "", inner: encloses });
    }
    return () => {
      if (entered !== undefined) {
        entered.inner = false;
        this.#answeredBy(account, answer);
      }
      account.sources = sources;
      account.places = places;
      if (key !== null) this.#positions.delete(key);
      if (!moved) return;
      take(this.#byTrace, traceId, account);
      account.traceId = null;
    };
  }

  #answeredBy(account: Account, responseId: string | null): void {
    take(this.#byResponse, account.responseId, account);
    account.responseId = responseId;
    put(this.#byResponse, responseId, account);
  }

  /** To be called every hour: what was stored more than 24 to 25 hours ago is not found any more. */
  forget(now: number): void {
    this.#oldest = now - patience;
    if (now - (this.#turned ?? now) >= patience) this.#turn(now);
  }

  #turn(now: number): void {
    for (const map of [this.#byTrace, this.#byResponse, this.#positions, this.#traceless])
      map.turn();
    this.#young = 0;
    this.#turned = now;
  }

  #nearest(
    event: RequestEvent,
    known: readonly Account[],
    may: (account: Account) => boolean,
  ): Account | null {
    return nearest(event, known, (account) => account.storedAt >= this.#oldest && may(account));
  }

  /** Counted requests that were made within the span of `event`. */
  #within(event: RequestEvent): Account[] {
    const { traceId } = event;
    if (traceId === null) return [];
    const { spanId } = placeOf(event);
    if (spanId === null) return [];
    const found: Account[] = [];
    for (const account of this.#byTrace.get(traceId) ?? []) {
      if (account.storedAt < this.#oldest || account.embeddings !== embeds(event)) continue;
      const inside = account.places.some((place) => {
        if (place.spanId === spanId) return false;
        for (const ancestor of this.#spans.ancestors(traceId, place.parentSpanId)) {
          if (ancestor === spanId) return true;
        }
        return false;
      });
      if (inside) found.push(account);
    }
    return found;
  }

  /** The nearest counted span that `event` was made within. */
  #around(event: RequestEvent): Position | null {
    const { traceId } = event;
    if (traceId === null) return null;
    for (const spanId of this.#spans.ancestors(traceId, placeOf(event).parentSpanId)) {
      const position = this.#positions.get(traceId + spanId);
      if (position === undefined || position.account.storedAt < this.#oldest) continue;
      if (position.account.embeddings === embeds(event)) return position;
    }
    return null;
  }

  /** A request of another door with the same response id and model, at the same time. */
  #answered(event: RequestEvent): Account | null {
    if (event.responseId === null) return null;
    const known = this.#byResponse.get(event.responseId) ?? [];
    return this.#nearest(event, known, (account) => {
      const { traceId } = account;
      return traceId === null || event.traceId === null || traceId === event.traceId;
    });
  }

  /** The proxied call and the span of one trace whose link, the span between them, nobody sent. */
  #beside(event: RequestEvent): Account | null {
    const other: Source | null =
      event.source === "otlp" ? "proxy" : event.source === "proxy" ? "otlp" : null;
    if (event.traceId === null || other === null) return null;
    const known = this.#byTrace.get(event.traceId) ?? [];
    return this.#nearest(event, known, (account) => {
      const ids = [account.responseId, event.responseId];
      const differ = !ids.includes(null) && ids[0] !== ids[1];
      return !differ && account.sources.includes(other) && this.#unplaced(account, event);
    });
  }

  /**
   * A proxied call without a trace that began and ended with the span, of a service whose calls are
   * known to go through the proxy. Failed calls have no response id, nor have some emitters' streams.
   */
  #meanwhile(event: RequestEvent): Account | null {
    if (event.source !== "otlp" || !this.#throughProxy.has(event.service ?? "")) return null;
    const name = plainName(event.model);
    const known = [...this.#traceless.entries()].flatMap(([model, accounts]) =>
      sameModel(model, name) ? accounts : [],
    );
    return this.#nearest(event, known, (account) => {
      const ids = [account.responseId, event.responseId];
      const differ = !ids.includes(null) && ids[0] !== ids[1];
      return !differ && account.traceId === null && together(account, event);
    });
  }

  /** Whether nothing places the proxied one of the two within another span. */
  #unplaced(account: Account, event: RequestEvent): boolean {
    const traceId = event.traceId ?? "";
    const places = event.source === "proxy" ? [placeOf(event)] : account.places;
    return places.every((place) => {
      for (const ancestor of this.#spans.ancestors(traceId, place.parentSpanId)) {
        if (this.#positions.get(traceId + ancestor) !== undefined) return false;
      }
      return true;
    });
  }

  #drop(account: Account): void {
    take(this.#byResponse, account.responseId, account);
    take(this.#byTrace, account.traceId, account);
    take(this.#traceless, plainName(account.model), account);
    for (const { spanId } of account.places) {
      const key = keyOf(account.traceId, spanId);
      if (key !== null) this.#positions.delete(key);
    }
  }
}
