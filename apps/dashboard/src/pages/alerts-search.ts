/** What the address of the alerts page says. */
export interface AlertsSearch {
  /** The rule whose editor is open; `new` for one that is not there yet. */
  readonly rule?: string;
  /** What a new one starts from: a template, or another rule. */
  readonly template?: string;
  readonly copy?: string;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" && value.length <= 64 ? value : undefined;

/** Takes what is understood from the address and leaves the rest. */
export function readAlertsSearch(search: Readonly<Record<string, unknown>>): AlertsSearch {
  const rule = text(search["rule"]);
  if (rule === undefined) return {};
  if (rule !== "new") return { rule };
  const template = text(search["template"]);
  const copy = text(search["copy"]);
  return {
    rule,
    ...(template !== undefined && { template }),
    ...(template === undefined && copy !== undefined && { copy }),
  };
}
