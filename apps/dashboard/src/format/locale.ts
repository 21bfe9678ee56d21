import { preferences } from "../preferences/preferences.ts";

const formats = new Map<string, Intl.NumberFormat>();

/** A number format in the reader's language, made once. */
export function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const { locale } = preferences();
  const key = `${locale}|${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale === "plain" ? "en-US" : locale, options);
  formats.set(key, made);
  return made;
}
