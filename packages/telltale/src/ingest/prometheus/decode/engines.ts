import type { EngineSample } from "../../../engine-sample.ts";
import type { Page } from "../page.ts";

/**
 * One engine for each combination of the labels' values that `make` recognises. Its id holds only
 * the values that tell them apart, so that a single engine has none.
 */
export function enginesBy(
  page: Page,
  labels: readonly string[],
  make: (page: Page) => EngineSample | null,
): EngineSample[] {
  const found: { values: string[]; sample: EngineSample }[] = [];
  for (const [key, group] of page.by(labels)) {
    const parsed: unknown = JSON.parse(key);
    const values = Array.isArray(parsed) ? parsed.map(String) : [];
    const sample = make(group);
    if (sample !== null) found.push({ values, sample });
  }
  const differing = labels
    .map((_, index) => index)
    .filter((index) => new Set(found.map(({ values }) => values[index])).size > 1);
  return found.map(({ values, sample }) => ({
    ...sample,
    id: differing
      .map((index) => wordFor(labels[index] ?? "", values[index] ?? ""))
      .filter(Boolean)
      .join(" "),
  }));
}

function wordFor(label: string, value: string): string {
  if (value === "") return "";
  return /^\d+$/.test(value) ? `${label.replace(/_(?:id|rank)$/i, "")} ${value}` : value;
}
