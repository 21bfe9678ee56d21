import { type ReactNode, useMemo } from "react";
import { GridLayout, type Layout, useContainerWidth } from "react-grid-layout";
import { inOrder } from "./arrange.ts";
import { DRAG_CLASS, STILL_CLASS } from "./BoardPanelView.tsx";
import { type BoardPanel, COLUMNS, MAX_ROWS, type Place, smallest } from "./board.ts";
import { GAP_PX, ROW_PX } from "./grid-size.ts";
import "./boards.css";

interface ArrangedGridProps {
  readonly panels: readonly BoardPanel[];
  /** Panels were moved or resized with the pointer. */
  readonly onArrange: (places: ReadonlyMap<string, Place>) => void;
  readonly children: (panel: BoardPanel) => ReactNode;
}

const gridConfig = {
  cols: COLUMNS,
  rowHeight: ROW_PX,
  margin: [GAP_PX, GAP_PX],
  containerPadding: [0, 0],
} as const;
const dragConfig = { handle: `.${DRAG_CLASS}`, cancel: `.${STILL_CLASS}` };

/** Panels that the pointer can move and resize. */
export default function ArrangedGrid({ panels, onArrange, children }: ArrangedGridProps) {
  const { width, containerRef, mounted } = useContainerWidth();
  const layout = useMemo(
    (): Layout =>
      panels.map(({ id, kind, x, y, w, h }) => ({
        ...{ i: id, x, y, w, h, maxH: MAX_ROWS },
        ...{ minW: smallest[kind].w, minH: smallest[kind].h },
      })),
    [panels],
  );
  const stop = (next: Layout): void =>
    onArrange(new Map(next.map(({ i, x, y, w, h }) => [i, { x, y, w, h }])));
  return (
    <div ref={containerRef}>
      {/* The library looks for this id before it adds a style element, which the page's policy would refuse. */}
      <span id="react-draggable-style-el" hidden />
      {mounted && (
        <GridLayout
          width={width}
          layout={layout}
          gridConfig={gridConfig}
          dragConfig={dragConfig}
          onDragStop={stop}
          onResizeStop={stop}
        >
          {inOrder(panels).map((panel) => (
            <div key={panel.id}>{children(panel)}</div>
          ))}
        </GridLayout>
      )}
    </div>
  );
}
