import type { HistoryStore, KnownIds } from "../src/history/store.ts";
import { HASH_WORDS, hashIds } from "../src/id-hash.ts";

/** Hashes as text, to be compared. */
export function keysOf(ids: readonly KnownIds[]): string[] {
  return ids.flatMap(({ hashes, storedAt }) =>
    Array.from(storedAt, (_, i) => hashes.slice(i * HASH_WORDS, (i + 1) * HASH_WORDS).join()),
  );
}

/** All that a store has. */
export async function keysIn(store: HistoryStore): Promise<string[]> {
  return keysOf(await store.storedIds([{ from: 0, to: Number.POSITIVE_INFINITY }]));
}

export function knownIds(
  stored: readonly { readonly id: string; readonly storedAt: number }[],
): KnownIds {
  return {
    hashes: hashIds(stored.map(({ id }) => id)),
    storedAt: Float64Array.from(stored, ({ storedAt }) => storedAt),
  };
}

export function keyOf(id: string): string {
  return hashIds([id]).join();
}
