/**
 * Finds the members of a JSON object in its bytes, so that a body can be edited or read without
 * being parsed and written again: numbers beyond 2^53, key order, escapes and white space stay as
 * they were, and a value of megabytes is skipped, not built. (RFC 8259)
 */
export interface Member {
  readonly key: string;
  /** Offset of the key's opening quote. */
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

export interface ObjectSpan {
  /** Offset after `{`. */
  readonly inside: number;
  /** Offset after `}`. */
  readonly end: number;
  readonly members: readonly Member[];
}

const quote = 0x22;
const backslash = 0x5c;

/** The object that starts at `at` (white space before it allowed); null when there is none. */
export function objectAt(json: Buffer, at = 0): ObjectSpan | null {
  let i = skipSpace(json, at);
  if (json[i] !== 0x7b) return null;
  const inside = i + 1;
  const members: Member[] = [];
  i = skipSpace(json, inside);
  if (json[i] === 0x7d) return { inside, end: i + 1, members };
  for (;;) {
    const start = i;
    if (json[start] !== quote) return null;
    const keyEnd = skipString(json, start);
    const key = parsed(json, start, keyEnd);
    const colon = skipSpace(json, keyEnd);
    if (typeof key !== "string" || json[colon] !== 0x3a) return null;
    const valueStart = skipSpace(json, colon + 1);
    const valueEnd = skipValue(json, valueStart);
    if (valueEnd <= valueStart) return null;
    members.push({ key, start, valueStart, valueEnd });
    i = skipSpace(json, valueEnd);
    if (json[i] === 0x7d) return { inside, end: i + 1, members };
    if (json[i] !== 0x2c) return null;
    i = skipSpace(json, i + 1);
  }
}

/** The object that `json` consists of; null when it is something else. */
export function soleObject(json: Buffer): ObjectSpan | null {
  const found = objectAt(json);
  return found !== null && skipSpace(json, found.end) === json.length ? found : null;
}

/** The member that counts: of repeated keys, parsers keep the last. */
export function memberOf(object: ObjectSpan, key: string): Member | null {
  return object.members.findLast((member) => member.key === key) ?? null;
}

/** Value of a member; undefined when it is no JSON or longer than `max` bytes. */
export function memberValue(json: Buffer, member: Member | null, max = 1_000_000): unknown {
  if (member === null || member.valueEnd - member.valueStart > max) return undefined;
  return parsed(json, member.valueStart, member.valueEnd);
}

/** Calls `visit` with the bytes of every text (not of keys) in `json` from `from` to `to`, still escaped. */
export function eachText(
  json: Buffer,
  from: number,
  to: number,
  visit: (text: Buffer) => void,
): void {
  let i = json.indexOf(quote, from);
  while (i >= 0 && i < to) {
    const end = skipString(json, i);
    if (json[skipSpace(json, end)] !== 0x3a) visit(json.subarray(i + 1, end - 1));
    i = json.indexOf(quote, end);
  }
}

function parsed(json: Buffer, from: number, to: number): unknown {
  try {
    return JSON.parse(json.toString("utf8", from, to));
  } catch {
    return undefined;
  }
}

function skipSpace(json: Buffer, at: number): number {
  let i = at;
  while (json[i] === 0x20 || json[i] === 0x0a || json[i] === 0x0d || json[i] === 0x09) i++;
  return i;
}

/** Offset after the text that starts at `at`; the end of `json` when it is not closed. */
function skipString(json: Buffer, at: number): number {
  for (let i = json.indexOf(quote, at + 1); i >= 0; i = json.indexOf(quote, i + 1)) {
    let escapes = 0;
    while (json[i - 1 - escapes] === backslash) escapes++;
    if (escapes % 2 === 0) return i + 1;
  }
  return json.length;
}

/** Offset after the value that starts at `at`. Not recursive: depth costs nothing. */
function skipValue(json: Buffer, at: number): number {
  let depth = 0;
  let i = at;
  while (i < json.length) {
    const byte = json[i];
    if (byte === quote) {
      i = skipString(json, i);
      if (depth === 0) return i;
      continue;
    }
    if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return i;
      if (--depth === 0) return i + 1;
    } else if (depth === 0 && (byte === 0x2c || byte === 0x20 || (byte ?? 0) < 0x20)) return i;
    i++;
  }
  return i;
}
