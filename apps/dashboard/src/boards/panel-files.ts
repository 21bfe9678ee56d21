import type { RefObject } from "react";
import type { DataTable } from "../export/data-table.ts";
import type { PictureLine } from "../export/save-picture.ts";

/** What a panel shows now, for files: set by what draws it. */
export interface PanelFiles {
  readonly table: DataTable | (() => DataTable);
  /** Legend of its picture. */
  readonly lines: readonly PictureLine[];
  /** Of when. */
  readonly note: string;
}

export type PanelFilesRef = RefObject<PanelFiles | null>;
