import type { HistoryStore, StoredAccount } from "./history/store.ts";
import type { Accounts } from "./live/accounts/accounts.ts";
import type { Seen } from "./live/seen.ts";

export interface RecallOptions {
  readonly store: Pick<HistoryStore, "remembered">;
  readonly seen: Seen;
  readonly accounts: Accounts;
  /** Unix ms. */
  readonly from: number;
  /** Lets others go first. */
  readonly pause: () => Promise<void>;
}

/** Accounts that are taken in at once: a few ms. */
const AT_ONCE = 500;

/**
 * How `seen` and `accounts` learn what was stored since `from`: the returned function begins with it
 * when it is first called, and tells when they know. When the store could not tell, it tries again.
 */
export function recall(options: RecallOptions): () => Promise<void> {
  let recalling: Promise<void> | undefined;
  return () => {
    recalling ??= teach(options).catch((error: unknown) => {
      recalling = undefined;
      throw error;
    });
    return recalling;
  };
}

async function teach({ store, seen, accounts, from, pause }: RecallOptions): Promise<void> {
  const { ids, accounts: stored, joins } = await store.remembered(from);
  for (const some of ids) {
    seen.restore(some);
    await pause();
  }
  let some: StoredAccount[] = [];
  for (const account of stored) {
    some.push(account);
    if (some.length < AT_ONCE) continue;
    accounts.restore(some, []);
    some = [];
    await pause();
  }
  accounts.restore(some, joins);
}
