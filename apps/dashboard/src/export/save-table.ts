import { saveFile } from "../services/save-file.ts";
import { csvOf, type DataTable, jsonOf } from "./data-table.ts";

/** A name that says what the file holds and when it was made, for any file system. */
export function fileName(title: string, ending: string, now: Date = new Date()): string {
  const word =
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 60) || "chart";
  return `${word}-${now.toISOString().slice(0, 19).replaceAll(":", "")}.${ending}`;
}

export function saveCsv(title: string, table: DataTable): void {
  saveFile(fileName(title, "csv"), "text/csv;charset=utf-8", csvOf(table));
}

export function saveJson(title: string, table: DataTable): void {
  saveFile(fileName(title, "json"), "application/json", jsonOf(table));
}
