type Entries = Readonly<Record<string, unknown>>;

/** Whether a value is a plain object or an array, which have nothing but entries. */
function isPlain(value: unknown): value is Entries {
  if (typeof value !== "object" || !value) return false;
  const { constructor } = value;
  return constructor === Object || constructor === Array;
}

/** Equality of values, and of the entries of plain objects and arrays. */
export function shallowEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    Array.isArray(a) === Array.isArray(b) &&
    keys.every((key) => Object.hasOwn(b, key) && Object.is(a[key], b[key]))
  );
}
