/** Words of 32 bits in a hash. */
export const HASH_WORDS = 4;

/**
 * Writes the hash of `id` to `out` from `at` on: 128 bits of MurmurHash3 (x86_128, public domain,
 * A. Appleby) over its UTF-16 units. With a billion ids the chance that any two share a hash is
 * below 1e-20. It is no secret and no defence: who can send a colliding id can send the id itself.
 */
export function hashId(id: string, out: Uint32Array, at: number): void {
  const { length } = id;
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  let from = 0;
  for (; from + 8 <= length; from += 8) {
    h1 ^= scrambled1(pair(id, from));
    h1 = (Math.imul(rotated(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= scrambled2(pair(id, from + 2));
    h2 = (Math.imul(rotated(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= scrambled3(pair(id, from + 4));
    h3 = (Math.imul(rotated(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= scrambled4(pair(id, from + 6));
    h4 = (Math.imul(rotated(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  // What is beyond the end reads as 0, and the length tells how much that was.
  if (from < length) h1 ^= scrambled1(pair(id, from));
  if (from + 2 < length) h2 ^= scrambled2(pair(id, from + 2));
  if (from + 4 < length) h3 ^= scrambled3(pair(id, from + 4));
  if (from + 6 < length) h4 ^= scrambled4(pair(id, from + 6));
  const bytes = 2 * length;
  h1 ^= bytes;
  h2 ^= bytes;
  h3 ^= bytes;
  h4 ^= bytes;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = mixed(h1);
  h2 = mixed(h2);
  h3 = mixed(h3);
  h4 = mixed(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  out[at] = h1;
  out[at + 1] = h2 + h1;
  out[at + 2] = h3 + h1;
  out[at + 3] = h4 + h1;
}

/** Hashes of many ids, {@link HASH_WORDS} words each. */
export function hashIds(ids: readonly string[]): Uint32Array<ArrayBuffer> {
  const hashes = new Uint32Array(ids.length * HASH_WORDS);
  ids.forEach((id, i) => {
    hashId(id, hashes, i * HASH_WORDS);
  });
  return hashes;
}

/** Word by word: for so few, `set` and `subarray` take many times as long. */
export function copyHash(from: Uint32Array, at: number, to: Uint32Array, toAt: number): void {
  to[toAt] = from[at] ?? 0;
  to[toAt + 1] = from[at + 1] ?? 0;
  to[toAt + 2] = from[at + 2] ?? 0;
  to[toAt + 3] = from[at + 3] ?? 0;
}

/** Two units as one word; NaN beyond the end becomes 0. */
function pair(id: string, at: number): number {
  return id.charCodeAt(at) | (id.charCodeAt(at + 1) << 16);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function scrambled1(word: number): number {
  return Math.imul(rotated(Math.imul(word, 0x239b961b), 15), 0xab0e9789);
}

function scrambled2(word: number): number {
  return Math.imul(rotated(Math.imul(word, 0xab0e9789), 16), 0x38b34ae5);
}

function scrambled3(word: number): number {
  return Math.imul(rotated(Math.imul(word, 0x38b34ae5), 17), 0xa1e38b93);
}

function scrambled4(word: number): number {
  return Math.imul(rotated(Math.imul(word, 0xa1e38b93), 18), 0x239b961b);
}

function mixed(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
