/**
 * `ok`; `note`: worth knowing, no fault; `warn`: works, but not as it should; `fail`: does not work;
 * `skip`: could not be examined, because of what failed before.
 */
export type Status = "ok" | "note" | "warn" | "fail" | "skip";

/** What one check found. */
export interface Finding {
  readonly status: Status;
  /** What was measured, in words; may hold text of the server as it came. */
  readonly measured: string;
  /** What to do; with every `warn` and `fail`. */
  readonly advice?: string;
}

export const ok = (measured: string): Finding => ({ status: "ok", measured });
export const note = (measured: string): Finding => ({ status: "note", measured });
export const skip = (measured: string): Finding => ({ status: "skip", measured });
export const warn = (measured: string, advice: string): Finding => ({
  status: "warn",
  measured,
  advice,
});
export const fail = (measured: string, advice: string): Finding => ({
  status: "fail",
  measured,
  advice,
});

/** A length of time, for people. */
export function ms(value: number): string {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}

/** The beginning of what a server wrote, on one line. */
export function excerpt(text: string, length = 160): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
