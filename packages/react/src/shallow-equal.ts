type Entries = Readonly<Record<string, unknown>>;

function kindOf(value: unknown): unknown {
  return typeof value === "object" && value ? value.constructor : undefined;
}

/** Equality of values, and of the entries of plain objects and arrays. */
export function shallowEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  const kind = kindOf(a);
  if (kind !== kindOf(b) || (kind !== Object && kind !== Array)) return false;
  const right = b as Entries;
  const entries = Object.entries(a as Entries);
  return (
    entries.length === Object.keys(right).length &&
    entries.every(([key, value]) => Object.hasOwn(right, key) && Object.is(value, right[key]))
  );
}
