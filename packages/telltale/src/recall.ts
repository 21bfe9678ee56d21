import type { HistoryStore, StoredAccount } from "./history/store.ts";
import type { IdFolder } from "./ids/folder.ts";
import type { Accounts } from "./live/accounts/accounts.ts";
import type { Seen } from "./live/seen.ts";

export interface RecallOptions {
  readonly store: Pick<HistoryStore, "remembered" | "storedIds">;
  readonly archive: Pick<IdFolder, "open" | "unknown" | "isOf" | "clear" | "until">;
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

async function teach(options: RecallOptions): Promise<void> {
  await teachIds(options);
  await teachAccounts(options);
}

async function teachIds({ store, archive, seen, from, pause }: RecallOptions): Promise<void> {
  let lasting = await archive.open(from);
  let known = await store.storedIds(archive.unknown(from));
  if (!archive.isOf(known)) {
    // An older copy of the history was put back: what it has not may come again.
    lasting = [];
    await archive.clear();
    known = await store.storedIds(archive.unknown(from));
  }
  seen.leaveToArchive(archive.until);
  for (const some of [...lasting, ...known]) {
    seen.restore(some);
    await pause();
  }
}

async function teachAccounts({ store, accounts, from, pause }: RecallOptions): Promise<void> {
  const { accounts: stored, joins } = await store.remembered(from);
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
