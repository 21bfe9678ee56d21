const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** ms as a rule's field holds them: `90s`, `5m`, `1h`; the server reads the same. */
export function durationText(ms: number): string {
  if (ms === 0) return "0";
  const unit = UNITS.find(([, length]) => ms % length === 0);
  return unit ? `${ms / unit[1]}${unit[0]}` : `${ms}ms`;
}

/** What was typed, as the server takes it: a bare 0 is a number, all else a text it can read. */
export function durationBody(text: string): string | number {
  const trimmed = text.trim().replace(/\s+/g, "");
  return trimmed === "0" ? 0 : trimmed.replace(/(\d)min$/, "$1m");
}
