import { type Attributes, type AttributeValue, noAttributes } from "./attributes.ts";
import { kindOf, OtlpError } from "./error.ts";
import { type Fields, isObject, listAt, own } from "./fields.ts";

/** Deeper lists of lists hold nothing that we read. */
const deepest = 8;

function readNumber(value: unknown): number | undefined {
  // The specification writes int64 as text, the JavaScript SDK as a number.
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && !Number.isNaN(number) ? number : undefined;
}

/** An `AnyValue`; undefined for bytes, for nothing, and for what is not written as one. */
function readValue(any: Fields, depth: number): AttributeValue | undefined {
  const string = own(any, "stringValue");
  if (typeof string === "string") return string;
  const number = readNumber(own(any, "intValue") ?? own(any, "doubleValue"));
  if (number !== undefined) return number;
  const bool = own(any, "boolValue");
  if (typeof bool === "boolean") return bool;
  if (depth >= deepest) return undefined;
  const array = own(any, "arrayValue");
  if (isObject(array)) {
    const items = own(array, "values");
    if (!Array.isArray(items)) return [];
    return items.flatMap((item) => (isObject(item) ? (readValue(item, depth + 1) ?? []) : []));
  }
  const list = own(any, "kvlistValue");
  return isObject(list)
    ? readAttributes(own(list, "values"), "kvlistValue.values", depth + 1)
    : undefined;
}

/** @throws {OtlpError} when it is not a list of `{key, value}`. */
export function readAttributes(list: unknown, where: string, depth = 0): Attributes {
  if (list === undefined) return noAttributes;
  const attributes = new Map<string, AttributeValue>();
  // Paths are written only for an error: a batch has hundreds of attributes.
  listAt(list, where, "{key, value}").forEach((entry, index) => {
    if (!isObject(entry)) throw new OtlpError(`${where}[${index}]`, "an object", kindOf(entry));
    const key = own(entry, "key") ?? "";
    if (typeof key !== "string")
      throw new OtlpError(`${where}[${index}].key`, "a string", kindOf(key));
    const any = own(entry, "value");
    if (any === undefined) return;
    if (!isObject(any))
      throw new OtlpError(
        `${where}[${index}].value`,
        "an object such as {stringValue}",
        kindOf(any),
      );
    const value = readValue(any, depth);
    if (value !== undefined) attributes.set(key, value);
  });
  return attributes;
}
