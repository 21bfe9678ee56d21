import { readFile } from "node:fs/promises";

/** Before each entry: its length and its checksum, 64 bits each, least byte first. */
const LEAD = 16;
/** What says which form the log has stands before the first entry, without a checksum. */
const LONGEST_HEADER = 256;

const MASK = (1n << 64n) - 1n;
const BLOCK = 0xbf58476d1ce4e5b9n;
const REST = 0xc6a4a7935bd1e995n;
const SEED = 0xe17a1465n;

/**
 * Where DuckDB's log is damaged although DuckDB would not say so; null when it is whole, torn at its
 * end, or damaged in a way that DuckDB tells.
 *
 * DuckDB takes an entry that says it is longer than what follows for the torn end of the log, and
 * leaves out all from there. Where the length was damaged, whole entries follow: then it is no end.
 */
export async function untoldDamage(log: string): Promise<number | null> {
  const bytes = await readFile(log).catch(() => Buffer.alloc(0));
  const first = nextEntry(bytes, 0, LONGEST_HEADER);
  let at = first ?? 0;
  let length = first === null ? null : lengthAt(bytes, at);
  while (length !== null) {
    at += LEAD + length;
    length = lengthAt(bytes, at);
  }
  return nextEntry(bytes, at + 1, bytes.length) === null ? null : at;
}

/** What an entry says of its length, where that is possible. */
function lengthAt(bytes: Buffer, at: number): number | null {
  if (at + LEAD > bytes.length) return null;
  const length = Number(bytes.readBigUInt64LE(at));
  return length > 0 && at + LEAD + length <= bytes.length ? length : null;
}

/** The first place from `from` on, before `to`, where a whole entry stands. */
function nextEntry(bytes: Buffer, from: number, to: number): number | null {
  for (let at = from; at < to && at + LEAD <= bytes.length; at++) {
    // Most places are ruled out by this half of a length.
    if (bytes.readUInt32LE(at + 4) !== 0) continue;
    const length = lengthAt(bytes, at);
    if (length === null) continue;
    const content = bytes.subarray(at + LEAD, at + LEAD + length);
    if (!isRecord(content)) continue;
    if (checksum(content) === bytes.readBigUInt64LE(at + 8)) return at;
  }
  return null;
}

/** Each begins with its field 100, the kind of entry, and ends as records of DuckDB do. */
function isRecord(content: Buffer): boolean {
  const { length } = content;
  return (
    length > 4 && content.readUInt16LE(0) === 100 && content.readUInt16LE(length - 2) === 0xffff
  );
}

/** As DuckDB computes it (`src/common/checksum.cpp`). */
function checksum(content: Buffer): bigint {
  const rest = content.length % 8;
  let sum = 5381n;
  for (let at = 0; at + 8 <= content.length; at += 8) {
    sum ^= (content.readBigUInt64LE(at) * BLOCK) & MASK;
  }
  if (rest === 0) return sum;
  let hash = (SEED ^ (BigInt(rest) * REST)) & MASK;
  for (const [index, byte] of content.subarray(-rest).entries()) {
    hash ^= BigInt(byte) << BigInt(8 * index);
  }
  hash = (hash * REST) & MASK;
  hash ^= hash >> 47n;
  hash = (hash * REST) & MASK;
  return sum ^ hash ^ (hash >> 47n);
}
