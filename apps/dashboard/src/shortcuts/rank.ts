/** Something to be found by what is typed. */
export interface Findable {
  readonly name: string;
  /** Other words it is found by, which the reader does not see. */
  readonly also?: string | undefined;
}

const wordsOf = (text: string): string[] => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/**
 * How well something fits what is typed, 0 for not at all: what the reader can see to fit comes before
 * hidden words, and both before letters that merely occur in this order.
 */
export function rank({ name, also = "" }: Findable, typed: string): number {
  const text = typed.trim().toLowerCase();
  const shown = name.toLowerCase();
  if (text === "" || shown === text) return 10;
  if (shown.startsWith(text)) return 9;
  const words = wordsOf(shown);
  if (words.some((word) => word.startsWith(text)) || shown.includes(` ${text}`)) return 8;
  const parts = text.split(/\s+/);
  if (parts.every((part) => words.some((word) => word.startsWith(part)))) return 7;
  if (shown.includes(text)) return 6;
  if (parts.every((part) => shown.includes(part))) return 5;
  const hidden = wordsOf(also.toLowerCase());
  if (hidden.some((word) => word.startsWith(text))) return 4;
  const all = [...words, ...hidden];
  if (parts.every((part) => all.some((word) => word.startsWith(part)))) return 3;
  return inThisOrder(text.replaceAll(" ", ""), shown) ? 1 : 0;
}

function inThisOrder(letters: string, text: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** What fits, the best first; equals stay in their order, as do groups without a better one. */
export function found<T extends Findable>(
  groups: readonly { readonly heading: string; readonly items: readonly T[] }[],
  typed: string,
): { heading: string; items: T[] }[] {
  return groups
    .map(({ heading, items }) => {
      const ranked = items
        .map((item) => ({ item, rank: rank(item, typed) }))
        .filter((each) => each.rank > 0)
        .sort((a, b) => b.rank - a.rank);
      return { heading, items: ranked.map(({ item }) => item), best: ranked[0]?.rank ?? 0 };
    })
    .filter(({ best }) => best > 0)
    .sort((a, b) => b.best - a.best)
    .map(({ heading, items }) => ({ heading, items }));
}

// A field with its value, or a comparison: nobody types that to find a page.
const TERM = /(?:^|[\s(-])[a-z_.]+\s*(?::|!?=|[<>]=?)\s*\S/i;

/** Whether what is typed is meant as a filter rather than as a name. */
export function isFilter(typed: string): boolean {
  return TERM.test(typed);
}
