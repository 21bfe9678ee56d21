import { type CostGroup, costGroups } from "../services/costs.ts";

/** What the address of the costs page says. */
export interface CostsSearch {
  readonly by?: CostGroup;
}

export function readCostsSearch(search: Readonly<Record<string, unknown>>): CostsSearch {
  const group = costGroups.find(({ name }) => name === search["by"]);
  return group && group.name !== "model" ? { by: group.name } : {};
}
