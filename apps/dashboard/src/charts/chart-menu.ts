import { Braces, ImageDown, Sheet } from "lucide-react";
import { spanInWords } from "../format/time.ts";
import { type UnitName, units } from "../format/unit.ts";
import type { MenuItem } from "../panels/PanelMenu.tsx";
import { type ChartSeries, summarise } from "./data.ts";

/** A chart as it is shown now. */
export interface ShownChart {
  readonly title: string;
  readonly note?: string | undefined;
  readonly series: readonly ChartSeries[];
  readonly unit: UnitName;
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
}

/** Files of a chart. What writes them is loaded when somebody wants one. */
export function chartFiles(
  shown: () => ShownChart,
  canvas: () => HTMLCanvasElement | null | undefined,
): MenuItem[] {
  const table = async () => {
    const [{ seriesTable }, save] = await Promise.all([
      import("../export/data-table.ts"),
      import("../export/save-table.ts"),
    ]);
    return { table: seriesTable(shown().series), save };
  };
  return [
    {
      name: "Save as PNG",
      icon: ImageDown,
      run: () => {
        const drawn = canvas();
        if (!drawn) return;
        const { title, note, series, unit, from, to } = shown();
        const { short } = units[unit];
        const lines = series.map(({ label, color, points }) => {
          const { last, average, max } = summarise(points);
          const figures = `last ${short(last)}   avg ${short(average)}   max ${short(max)}`;
          return { label, color, figures };
        });
        const when = [spanInWords(from, to), note].filter(Boolean).join(" · ");
        void import("../export/save-picture.ts").then(({ savePicture }) =>
          savePicture(drawn, { title, note: when, lines }),
        );
      },
    },
    {
      name: "Save as CSV",
      icon: Sheet,
      run: () => void table().then(({ table, save }) => save.saveCsv(shown().title, table)),
    },
    {
      name: "Save as JSON",
      icon: Braces,
      run: () => void table().then(({ table, save }) => save.saveJson(shown().title, table)),
    },
  ];
}
