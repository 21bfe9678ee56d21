import { exactly } from "../filter/exactly.ts";
import { spanInWords } from "../format/time.ts";
import type { Span } from "../range/use-span.ts";
import type { CompareSearch } from "./compare-search.ts";

const DAY_MS = 86_400_000;

export interface Side {
  readonly name: string;
  /** In the filter language. */
  readonly q: string | undefined;
  /** How long before the page's range it lies, ms. */
  readonly before: number;
}

/** What is held against what. */
export function sidesOf(
  { against, a, b }: CompareSearch,
  span: Pick<Span, "from" | "to">,
): [Side, Side] {
  if (a !== undefined && b !== undefined) {
    return [
      { name: a, q: exactly("model", a), before: 0 },
      { name: b, q: exactly("model", b), before: 0 },
    ];
  }
  const length = span.to - span.from;
  const back = against === "day" ? DAY_MS : against === "week" ? 7 * DAY_MS : length;
  return [
    { name: spanInWords(span.from, span.to), q: undefined, before: 0 },
    { name: spanInWords(span.from - back, span.to - back), q: undefined, before: back },
  ];
}
