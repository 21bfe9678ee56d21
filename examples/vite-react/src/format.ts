/** What is not known is a dash, never a zero. */
const or = (write: (value: number) => string) => (value: number | null | undefined) =>
  value === null || value === undefined ? "–" : write(value);

export const count = or((value) => value.toLocaleString("en"));
export const perSecond = or((value) =>
  value.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
);
export const milliseconds = or((value) => `${Math.round(value).toLocaleString("en")} ms`);
export const dollars = or(
  (value) => `$${Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 8 })}`,
);
/** From a fraction of one. */
export const percent = or((value) => `${(value * 100).toFixed(1)}%`);
