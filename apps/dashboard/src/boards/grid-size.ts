/** Height of a row and the space between panels, px. */
export const ROW_PX = 40;
export const GAP_PX = 12;

/** How high that many rows are, px. */
export function heightOf(rows: number): number {
  return rows * ROW_PX + (rows - 1) * GAP_PX;
}
