import type { FieldInfo } from "./fields.ts";

type Unit = NonNullable<FieldInfo["unit"]>;

const durations: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["min", 60_000],
  ["h", 3_600_000],
]);
const multiples: ReadonlyMap<string, number> = new Map([
  ["k", 1000],
  ["m", 1_000_000],
]);

export const EXPECTED_QUANTITY: Readonly<Record<Unit, string>> = {
  duration: "a duration such as 500ms, 2s or 1.5m",
  money: "an amount such as 0.01 or $2.50",
  count: "a number such as 1000, 1.5k or 2M",
};

const form = /^(\$?)(\d+(?:\.\d+)?|\.\d+)(?:e([+-]?\d{1,3}))?([a-z]*|\$)$/i;

/** A number as it is written in a query; a duration without a unit is in ms. */
export function readQuantity(text: string, unit: Unit): number | undefined {
  const [, before, digits, exponent, suffix] = form.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const after = suffix?.toLowerCase() ?? "";
  const dollar = before === "$" || after === "$" || after === "usd";
  if (dollar && (unit !== "money" || (before === "$" && after === "$"))) return undefined;
  const value = Number(exponent === undefined ? digits : `${digits}e${exponent}`);
  const factor =
    after === "" || after === "$" || after === "usd"
      ? 1
      : unit === "duration"
        ? durations.get(after)
        : multiples.get(after);
  if (factor === undefined || !Number.isFinite(value * factor)) return undefined;
  return value * factor;
}

/** The shortest way to write a number so that it is read as exactly this one. */
export function printQuantity(value: number, unit: Unit): string {
  const forms: string[] =
    unit === "duration"
      ? [`${value / 60_000}m`, `${value / 1000}s`, `${value}ms`]
      : unit === "count"
        ? [`${value / 1_000_000}M`, `${value / 1000}k`, `${value}`]
        : [`${value}`];
  const plain = forms.at(-1) ?? String(value);
  let best = plain;
  for (const candidate of forms) {
    const exact = !candidate.includes("e") && readQuantity(candidate, unit) === value;
    if (exact && candidate.length < best.length) best = candidate;
  }
  return best;
}
