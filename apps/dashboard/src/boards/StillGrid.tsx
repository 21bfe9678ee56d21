import type { CSSProperties, ReactNode } from "react";
import { inOrder } from "./arrange.ts";
import type { BoardPanel } from "./board.ts";
import { heightOf } from "./grid-size.ts";

interface StillGridProps {
  readonly panels: readonly BoardPanel[];
  readonly children: (panel: BoardPanel) => ReactNode;
}

/** Panels in their places, or in one column where there is no room; nothing can be moved by pointer. */
export function StillGrid({ panels, children }: StillGridProps) {
  return (
    <div className="grid auto-rows-[40px] grid-cols-12 gap-3 max-md:auto-rows-auto max-md:grid-cols-1">
      {inOrder(panels).map((panel) => {
        const { x, y, w, h } = panel;
        const style = {
          "--column": `${x + 1} / span ${w}`,
          "--row": `${y + 1} / span ${h}`,
          "--height": `${heightOf(h)}px`,
        } as CSSProperties;
        return (
          <div
            key={panel.id}
            style={style}
            className="min-w-0 max-md:h-(--height) md:[grid-column:var(--column)] md:[grid-row:var(--row)]"
          >
            {children(panel)}
          </div>
        );
      })}
    </div>
  );
}
