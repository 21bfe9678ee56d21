/** What the address of the compare page says. */
export interface CompareSearch {
  /** What the page's range is held against; absent: the time right before it. */
  readonly against?: "day" | "week";
  /** Two models in the same time, instead of two times. */
  readonly a?: string;
  readonly b?: string;
}

const name = (value: unknown): string | undefined =>
  typeof value === "string" && value !== ""
    ? value
    : typeof value === "number"
      ? String(value)
      : undefined;

export function readCompareSearch(search: Readonly<Record<string, unknown>>): CompareSearch {
  const against = (["day", "week"] as const).find((each) => each === search["against"]);
  const a = name(search["a"]);
  const b = name(search["b"]);
  return {
    ...(against && { against }),
    ...(a !== undefined && { a }),
    ...(b !== undefined && { b }),
  };
}
