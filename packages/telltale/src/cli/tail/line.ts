import type { RequestUpdate } from "@telltale/protocol";
import { clip, columnsOf, printable } from "../printable.ts";
import { count, dollars, duration, timeOfDay, unknown } from "./figures.ts";

export type Paint = (style: Style, text: string) => string;
export type Style = "good" | "warn" | "bad" | "dim";

interface Column {
  readonly title: string;
  readonly width: number;
  readonly right?: boolean;
  /** Lower goes first when the terminal is narrow. */
  readonly weight: number;
  text(request: RequestUpdate): string;
  style?(request: RequestUpdate): Style;
}

const signs = { success: "✓", error: "✗", in_progress: "…" } as const;
const words = { success: "success", error: "error", in_progress: "running" } as const;

/** When a request ended, Unix ms; its start when that is all that is known. */
function endOf({ created, latency_ms }: RequestUpdate): number {
  return created + (latency_ms ?? 0);
}

const columns: readonly Column[] = [
  { title: "time", width: 8, weight: 9, text: (one) => timeOfDay(endOf(one)), style: () => "dim" },
  { title: "model", width: 26, weight: 8, text: ({ model }) => model },
  {
    title: "status",
    width: 9,
    weight: 7,
    text: ({ status }) => `${signs[status]} ${words[status]}`,
    style: ({ status }) => (status === "error" ? "bad" : "good"),
  },
  {
    title: "latency",
    width: 8,
    right: true,
    weight: 6,
    text: ({ latency_ms }) => duration(latency_ms),
  },
  { title: "ttft", width: 8, right: true, weight: 3, text: ({ ttft_ms }) => duration(ttft_ms) },
  {
    title: "tokens in→out",
    width: 15,
    right: true,
    weight: 5,
    text: ({ prompt_tokens, completion_tokens }) =>
      `${count(prompt_tokens)}→${count(completion_tokens)}`,
  },
  { title: "cost", width: 10, right: true, weight: 4, text: ({ cost }) => dollars(cost) },
  { title: "user", width: 16, weight: 2, text: ({ user_id }) => user_id ?? unknown },
  {
    title: "",
    width: 30,
    weight: 1,
    text: ({ status, status_code, error_type }) =>
      status === "error" ? [status_code, error_type].filter((part) => part).join(" ") : "",
    style: () => "bad",
  },
];

const gap = "  ";
const least = 12;

/** The columns for which there is room, the model narrowed when that saves another. */
function layout(width: number): Column[] {
  const shown = [...columns];
  const taken = (): number =>
    shown.reduce((sum, column) => sum + column.width + gap.length, -gap.length);
  while (taken() > width && shown.length > 2) {
    const spare = shown.findIndex(({ title }) => title === "model");
    const model = shown[spare];
    const excess = taken() - width;
    if (model && model.width - excess >= least) {
      shown[spare] = { ...model, width: model.width - excess };
      break;
    }
    const lightest = Math.min(...shown.map(({ weight }) => weight));
    shown.splice(
      shown.findIndex(({ weight }) => weight === lightest),
      1,
    );
  }
  return shown;
}

function row(
  width: number,
  cell: (column: Column) => readonly [string, Style | undefined],
  paint: Paint,
) {
  let left = width;
  const cells: string[] = [];
  const shown = layout(width);
  for (const [index, column] of shown.entries()) {
    const [text, style] = cell(column);
    const cut = clip(text, Math.min(column.width, left));
    const space = " ".repeat(Math.max(0, Math.min(column.width, left) - columnsOf(cut)));
    const painted = style === undefined ? cut : paint(style, cut);
    cells.push(column.right ? space + painted : painted + (index < shown.length - 1 ? space : ""));
    left -= column.width + gap.length;
    if (left <= 0) break;
  }
  return cells.join(gap).trimEnd();
}

/** One request on one line of at most `width` columns. */
export function requestLine(request: RequestUpdate, width: number, paint: Paint): string {
  return row(width, (column) => [printable(column.text(request)), column.style?.(request)], paint);
}

/** The names of the columns, in the places that {@link requestLine} gives them. */
export function headLine(width: number, paint: Paint): string {
  return row(width, ({ title }) => [title, "dim"], paint);
}
