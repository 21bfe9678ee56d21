import { kindOf, OtlpError } from "./error.ts";

/** An object of the body, whose keys are the sender's. */
export interface Fields {
  readonly [name: string]: unknown;
}

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A field that the sender set; JSON's `null` is a field left out. Never an inherited one, so a body
 * cannot reach the prototype of an object.
 */
export function own(object: Fields, name: string): unknown {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return value === null ? undefined : value;
}

/** The fields that the sender set. */
export function namesOf(object: Fields): string[] {
  return Object.keys(object).filter((name) => own(object, name) !== undefined);
}

export function objectAt(value: unknown, where: string): Fields {
  if (isObject(value)) return value;
  throw new OtlpError(where, "an object", kindOf(value));
}

export function listAt(value: unknown, where: string, of: string): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new OtlpError(where, `an array of ${of}`, kindOf(value));
}
