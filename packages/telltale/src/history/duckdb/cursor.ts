import { CursorError } from "../store.ts";

/** The last row of a page; the next page is what sorts after it. */
export interface Place {
  /** Unix ms. */
  readonly created: number;
  /** Order of storing. */
  readonly seq: number;
}

const form = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\/(\d+)$/;

export function encodeCursor({ created, seq }: Place): string {
  return Buffer.from(`${created}/${seq}`).toString("base64url");
}

/** @throws {CursorError} */
export function decodeCursor(cursor: string): Place {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  const [, created, seq] = form.exec(text) ?? [];
  const place = { created: Number(created), seq: Number(seq) };
  // Node reads base64url leniently: only what we would have written ourselves is taken.
  if (created === undefined || !Number.isSafeInteger(place.seq) || encodeCursor(place) !== cursor) {
    throw new CursorError("The cursor is not one of this server's; start again without it");
  }
  return place;
}
