import { createHash } from "node:crypto";
import { boundedAttributes, cut, limits, type RequestEvent } from "../event.ts";
import { type Fields, textOf } from "./proxy/fields.ts";

/** A number, also one written as text: older gateways send every value as text. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === "string" && /^\s*[-+\d.]/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** A number of tokens: whole and not negative. */
export function tokensOf(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && number >= 0 && Number.isSafeInteger(number) ? number : null;
}

/** Unix seconds or ms, also as text, as Unix ms; null for what is no time of a `Date`. */
export function unixMs(value: unknown): number | null {
  const number = numberOf(value);
  const time = number === null ? Number.NaN : number < 1e11 ? number * 1000 : number;
  return time > 0 && time <= 8.64e15 ? time : null;
}

export function yes(value: unknown): boolean {
  return value === true || value === "True" || value === "true";
}

export function label(text: string | null | undefined): string | null {
  return text ? cut(text, limits.label) : null;
}

/** The first of `names` that has text. */
export function firstText(fields: Fields | null, names: readonly string[]): string | null {
  for (const name of names) {
    const text = fields === null ? null : textOf(fields[name]);
    if (text !== null && text !== "None") return text;
  }
  return null;
}

/** Text, numbers and yes or no of `fields` as labels; lists and objects are left out. */
export function* scalars(fields: Fields | null): Generator<readonly [string, string]> {
  for (const [name, value] of Object.entries(fields ?? {})) {
    if (typeof value === "string" ? value !== "" : /number|boolean/.test(typeof value)) {
      yield [cut(name, limits.label), cut(String(value), limits.label)];
    }
  }
}

export function attributesOf(
  given: Iterable<readonly [string, string | null]>,
): RequestEvent["attributes"] {
  const known: [string, string][] = [];
  for (const [name, value] of given) if (value !== null) known.push([name, value]);
  return boundedAttributes(known);
}

/** An id that is the same whenever the same report comes again. */
export function fingerprint(...parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
