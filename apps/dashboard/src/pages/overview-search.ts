/** What the address of the overview says. */
export interface OverviewSearch {
  /** The charts also show the period before. */
  readonly against?: "before";
}

export function readOverviewSearch(search: Readonly<Record<string, unknown>>): OverviewSearch {
  return search["against"] === "before" ? { against: "before" } : {};
}
