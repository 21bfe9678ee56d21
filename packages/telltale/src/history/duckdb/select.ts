import { DOUBLE, type DuckDBConnection } from "@duckdb/node-api";
import type { Cell, Rows } from "./row.ts";

/** What is bound to the names in a query. */
export type Values = Readonly<Record<string, string | number | boolean>>;

export interface Selection {
  readonly length: number;
  /** The texts of a column. */
  texts(name: string): Rows;
  cell(name: string, row: number): Cell;
}

function cell(value: unknown): Cell {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  return typeof value === "bigint" ? Number(value) : null;
}

/** Left alone, a whole number would be taken for a BIGINT, and refused when it is too large for one. */
export function typesOf(values: Values): Record<string, typeof DOUBLE> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === "number" ? [[name, DOUBLE]] : [],
    ),
  );
}

/** Runs one query; `$name` in it is bound to `values.name`. */
export async function select(
  connection: DuckDBConnection,
  sql: string,
  values: Values,
): Promise<Selection> {
  const result = await connection.runAndReadAll(sql, values, typesOf(values));
  const names = result.columnNames();
  const columns = result.getColumnsJS().map((column) => column.map(cell));
  return {
    texts: (name) => (columns[names.indexOf(name)] ?? []).map(String),
    length: result.currentRowCount,
    cell: (name, row) => columns[names.indexOf(name)]?.[row] ?? null,
  };
}
