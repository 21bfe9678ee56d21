import type { KnownIds } from "../src/history/store.ts";
import { HASH_WORDS, hashIds } from "../src/id-hash.ts";

/** Hashes as text, to be compared. */
export function keysOf(ids: readonly KnownIds[]): string[] {
  return ids.flatMap(({ hashes, storedAt }) =>
    Array.from(storedAt, (_, i) => hashes.slice(i * HASH_WORDS, (i + 1) * HASH_WORDS).join()),
  );
}

export function keyOf(id: string): string {
  return hashIds([id]).join();
}
