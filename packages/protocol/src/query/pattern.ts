/**
 * Lower case, one code point for one, as databases do it: `toLowerCase` alone would make two of `İ`
 * and look at the neighbours of `Σ`, and the same query would find different requests here and there.
 */
export function fold(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  let folded = "";
  for (const letter of text) folded += letter === "İ" ? "i" : letter.toLowerCase();
  return folded;
}

/** The parts between the stars of a pattern; `["gpt-4", ""]` for `gpt-4*`. */
export function partsOf(pattern: string): string[] {
  return pattern.split(/\*+/);
}

/** Whether all of `text` is the parts in their order with anything between them. */
export function fits(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length < 2) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    // The earliest place leaves the most room for the rest: no need to look back.
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
