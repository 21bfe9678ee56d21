import type { Range } from "../range/range.ts";
import type { PanelQuestion } from "./board.ts";
import { HeatmapPanel } from "./HeatmapPanel.tsx";
import { LinesPanel } from "./LinesPanel.tsx";
import type { PanelFilesRef } from "./panel-files.ts";
import { StatPanel } from "./StatPanel.tsx";
import { TablePanel } from "./TablePanel.tsx";

interface PanelBodyProps {
  readonly panel: PanelQuestion;
  readonly range: Range;
  readonly files: PanelFilesRef;
  readonly links: boolean;
}

/** What a panel of each kind shows. */
export function PanelBody({ links, ...props }: PanelBodyProps) {
  switch (props.panel.kind) {
    case "line":
    case "bars":
      return <LinesPanel {...props} />;
    case "stat":
      return <StatPanel {...props} />;
    case "table":
      return <TablePanel {...props} links={links} />;
    case "heatmap":
      return <HeatmapPanel {...props} />;
  }
}
