/** Equality of values, and of the entries of plain objects and arrays. */
export function shallowEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  const kind: unknown = Object.getPrototypeOf(a);
  const plain = kind === Object.prototype || kind === Array.prototype;
  if (!plain || kind !== Object.getPrototypeOf(b)) return false;
  const right = new Map(Object.entries(b));
  const left = Object.entries(a);
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && Object.is(right.get(key), value))
  );
}
