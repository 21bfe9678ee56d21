import type { RequestEvent } from "../../event.ts";
import type { AgeingMap } from "../ageing-map.ts";
import { type Account, distance, embeds, overlap, sameModel } from "./account.ts";

/** Of one trace, and of one response id: only the newest so many are compared. */
export const mostCompared = 256;

/** The closest in time of those that may be the same call and have not come in by this door. */
export function nearest(
  event: RequestEvent,
  known: readonly Account[],
  may: (account: Account) => boolean,
): Account | null {
  let best: Account | null = null;
  for (const account of known) {
    if (account.sources.includes(event.source) || account.embeddings !== embeds(event)) continue;
    if (!sameModel(account.model, event.model) || !overlap(account, event) || !may(account))
      continue;
    if (best === null || distance(account, event) < distance(best, event)) best = account;
  }
  return best;
}

/** Where a span is found; null for what has none. */
export function keyOf(traceId: string | null, spanId: string | null): string | null {
  return traceId === null || spanId === null ? null : traceId + spanId;
}

/** Accounts by a key that several may have. */
export type AccountIndex = AgeingMap<Account[]>;

/** Adds to a list of `index`; the oldest beyond `most` are no longer found there. */
export function put(
  index: AccountIndex,
  key: string | null,
  account: Account,
  most = mostCompared,
): void {
  if (key === null) return;
  const list = index.get(key);
  if (list !== undefined && list.push(account) > most) list.shift();
  // Again, if it is the same list: it is to be remembered as long as its youngest.
  index.set(key, list ?? [account]);
}

/** Takes out of a list of `index`. */
export function take(index: AccountIndex, key: string | null, account: Account): void {
  const list = key === null ? undefined : index.get(key);
  if (key === null || list === undefined) return;
  const at = list.indexOf(account);
  if (at >= 0) list.splice(at, 1);
  if (list.length === 0) index.delete(key);
}
