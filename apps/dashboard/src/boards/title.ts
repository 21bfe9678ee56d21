import type { PanelQuestion } from "./board.ts";
import { groupNames, infoOf } from "./metrics.ts";

/** What a panel is called when nobody gave it a name: what it shows. */
export function usualTitle({
  kind,
  metric,
  group,
}: Pick<PanelQuestion, "kind" | "metric" | "group">): string {
  const { name } = infoOf(kind, metric);
  if (kind === "heatmap" || kind === "stat" || group === undefined) return name;
  return `${name} by ${groupNames[group].toLowerCase()}`;
}

export function titleOf(panel: PanelQuestion): string {
  return panel.title === "" ? usualTitle(panel) : panel.title;
}
