import { align, type ChartSeries } from "../charts/data.ts";

/** null is unknown, never zero. */
export type Cell = string | number | null;

/** What a chart or table shows, with a name per column, for files. */
export interface DataTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** One row per moment, one column per line; times in RFC 3339, UTC. */
export function seriesTable(series: readonly ChartSeries[]): DataTable {
  const [times, ...values] = align(series);
  return {
    columns: ["time", ...series.map(({ label }) => label)],
    rows: times.map((t, row) => [
      new Date(t).toISOString(),
      ...values.map((column) => column[row] ?? null),
    ]),
  };
}

// What a spreadsheet would take for a formula, and what already has an apostrophe before such a thing.
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const SPECIAL = /[",\r\n]|^\s|\s$/;

/** A text as a field: the same rule as the server's files, so that one reader reads both. */
export function csvText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return safe === "" || SPECIAL.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csvCell = (cell: Cell): string =>
  cell === null ? "" : typeof cell === "number" ? String(cell) : csvText(cell);

/** RFC 4180, UTF-8; numbers stay numbers, what is unknown is left empty. */
export function csvOf({ columns, rows }: DataTable): string {
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

/** An array of objects, one per row. Columns of the same name are numbered. */
export function jsonOf({ columns, rows }: DataTable): string {
  const names: string[] = [];
  for (const column of columns) {
    let name = column;
    for (let number = 2; names.includes(name); number++) name = `${column} (${number})`;
    names.push(name);
  }
  const objects = rows.map((row) =>
    Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])),
  );
  return `${JSON.stringify(objects, null, 2)}\n`;
}
