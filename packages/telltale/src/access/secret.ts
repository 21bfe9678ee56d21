import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What every key begins with, so that scanners and people recognise one. */
const KEY_PREFIX = "tt_";

/** A key wherever it stands in a text. */
const key = /tt_[A-Za-z0-9_-]{43}/;

/** 32 random bytes in base64url: full entropy, which is why one round of SHA-256 is enough. */
export function newSecret(prefix: string = KEY_PREFIX): string {
  return prefix + randomBytes(32).toString("base64url");
}

/** What is kept of a secret: its SHA-256, in hexadecimal. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether it was meant as a key of this server. */
export function isKeyLike(text: string): boolean {
  return text.startsWith(KEY_PREFIX);
}

/** Whether a key stands anywhere within. */
export function holdsKey(text: string): boolean {
  return key.test(text);
}

export type Equal = (a: Buffer, b: Buffer) => boolean;

/**
 * The record with this hash. Every record is looked at, each in constant time: how long it takes
 * tells neither whether one was found nor how near a guess came.
 */
export function withHash<T extends { readonly hash: string }>(
  records: Iterable<T>,
  hash: string,
  equal: Equal = timingSafeEqual,
): T | undefined {
  const wanted = Buffer.from(hash, "hex");
  let found: T | undefined;
  for (const record of records) {
    if (equal(Buffer.from(record.hash, "hex"), wanted)) found = record;
  }
  return found;
}
