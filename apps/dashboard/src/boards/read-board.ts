import { SERIES_GROUPS } from "@telltale/protocol";
import { parseQuery } from "@telltale/protocol/query";
import { presets } from "../range/range.ts";
import { settle } from "./arrange.ts";
import {
  type Board,
  type BoardPanel,
  COLUMNS,
  MAX_NAME,
  MAX_PANELS,
  MAX_ROWS,
  panelKinds,
  smallest,
} from "./board.ts";
import { isHeatmapMetric, isSeriesMetric } from "./metrics.ts";

/** What makes a value no board, in words for whoever brought it. */
export class BoardError extends Error {
  override readonly name = "BoardError";
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 40);

/**
 * Reads a board from outside: an address, a file, this browser's storage.
 *
 * @throws {BoardError}
 */
export function readBoard(value: unknown): Board {
  if (!isFields(value)) throw new BoardError("A board was expected, an object with panels.");
  const { name, panels } = value;
  if (typeof name !== "string" || name.trim() === "" || name.length > MAX_NAME) {
    throw new BoardError(`The name of the board has to be 1 to ${MAX_NAME} characters.`);
  }
  if (!Array.isArray(panels)) throw new BoardError("The board has no list of panels.");
  if (panels.length > MAX_PANELS) {
    throw new BoardError(`The board has ${panels.length} panels; ${MAX_PANELS} are allowed.`);
  }
  const read = panels.map((panel: unknown, index) => readPanel(panel, index));
  return { name: name.trim(), panels: settle(read) };
}

function readPanel(value: unknown, index: number): BoardPanel {
  const at = `Panel ${index + 1}`;
  if (!isFields(value)) throw new BoardError(`${at} is not an object.`);
  const kind = panelKinds.find((each) => each === value["kind"]);
  if (!kind) {
    throw new BoardError(
      `${at}: its kind is one of ${panelKinds.join(", ")}, not ${shown(value["kind"])}.`,
    );
  }
  const { title = "", metric, q = "", range } = value;
  if (typeof title !== "string" || title.length > MAX_NAME) {
    throw new BoardError(`${at}: its title has to be a text of at most ${MAX_NAME} characters.`);
  }
  const known =
    typeof metric === "string" &&
    (kind === "heatmap" ? isHeatmapMetric(metric) : isSeriesMetric(metric));
  if (!known) throw new BoardError(`${at}: no ${kind} panel can show ${shown(metric)}.`);
  const group = SERIES_GROUPS.find((each) => each === value["group"]);
  if (value["group"] !== undefined && !group) {
    throw new BoardError(`${at}: nothing is grouped by ${shown(value["group"])}.`);
  }
  if (kind === "table" && !group) throw new BoardError(`${at}: a table needs a group.`);
  if (typeof q !== "string") throw new BoardError(`${at}: its filter is not a text.`);
  const { error } = parseQuery(q);
  if (error) throw new BoardError(`${at}: its filter, column ${error.column}: ${error.message}`);
  if (range !== undefined && !presets.some(({ name }) => name === range)) {
    throw new BoardError(`${at}: there is no time range ${shown(range)}.`);
  }
  const least = smallest[kind];
  const whole = (name: string, low: number, high: number): number => {
    const number = value[name];
    if (typeof number !== "number" || !Number.isInteger(number) || number < 0 || number > 10_000) {
      throw new BoardError(`${at}: its ${name} has to be a whole number from 0 on.`);
    }
    return Math.max(low, Math.min(number, high));
  };
  const w = whole("w", least.w, COLUMNS);
  return {
    // Ids are for the page alone, so that two boards joined by hand do not clash.
    id: `p${index + 1}`,
    kind,
    title: title.trim(),
    metric: metric as BoardPanel["metric"],
    ...(group && (kind === "line" || kind === "table") && { group }),
    ...(q.trim() !== "" && { q: q.trim() }),
    ...(typeof range === "string" && { range }),
    x: whole("x", 0, COLUMNS - w),
    y: whole("y", 0, 10_000),
    w,
    h: whole("h", least.h, MAX_ROWS),
  };
}
