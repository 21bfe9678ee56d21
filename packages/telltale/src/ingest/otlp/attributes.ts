/** A value of an attribute. Bytes are dropped: nothing we read is written so. */
export type AttributeValue =
  | string
  | number
  | boolean
  | readonly AttributeValue[]
  | ReadonlyMap<string, AttributeValue>;

/** A map, because the keys are chosen by whoever sends: `__proto__` is a key like any other here. */
export type Attributes = ReadonlyMap<string, AttributeValue>;

export const noAttributes: Attributes = new Map();

/** JSON in an attribute above this many characters is not looked into. */
const longestJson = 262_144;

function asNumber(value: AttributeValue | undefined): number | undefined {
  const parsed = typeof value === "string" && /^\s*\d/.test(value) ? Number(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) && parsed >= 0 ? parsed : undefined;
}

/** The first of `names` that has a finite number ≥ 0; numbers written as text count. */
export function figure(attributes: Attributes, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = asNumber(attributes.get(name));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The first of `names` that has a whole number ≥ 0. */
export function count(attributes: Attributes, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = asNumber(attributes.get(name));
    if (value !== undefined && Number.isSafeInteger(value)) return value;
  }
  return undefined;
}

/** The first of `names` that has text; a number is text too, an empty string is not. */
export function text(attributes: Attributes, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

/** The first of `names` that has a yes or no. */
export function flag(attributes: Attributes, names: readonly string[]): boolean | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    if (typeof value === "boolean") return value;
    if (value === "true" || value === "True") return true;
    if (value === "false" || value === "False") return false;
  }
  return undefined;
}

/** The first item of the first of `names` that has a list, also one written as JSON, or plain text. */
export function firstItem(attributes: Attributes, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    const parsed = typeof value === "string" && value.startsWith("[") ? parse(value) : value;
    const item: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    if (typeof item === "string" && item !== "") return item;
  }
  return undefined;
}

function parse(json: string): unknown {
  if (json.length > longestJson) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/**
 * The fields of an attribute that holds a JSON object, or a list of keys and values, or those of the
 * object `within` it; scalars only.
 */
export function fields(attributes: Attributes, name: string, within?: string): Attributes {
  const value = attributes.get(name);
  if (value instanceof Map) {
    const found: unknown = within === undefined ? value : value.get(within);
    return found instanceof Map ? found : noAttributes;
  }
  if (typeof value !== "string" || !value.startsWith("{")) return noAttributes;
  const whole = parse(value);
  if (typeof whole !== "object" || whole === null) return noAttributes;
  const parsed: unknown =
    within === undefined ? whole : Object.getOwnPropertyDescriptor(whole, within)?.value;
  if (typeof parsed !== "object" || parsed === null) return noAttributes;
  const found = new Map<string, AttributeValue>();
  for (const [key, field] of Object.entries(parsed)) {
    if (typeof field === "string" || typeof field === "number" || typeof field === "boolean")
      found.set(key, field);
  }
  return found;
}
