import { chartColors } from "../charts/colors.ts";
import { saveFile } from "../services/save-file.ts";
import { fileName } from "./save-table.ts";

export interface PictureLine {
  readonly label: string;
  /** A CSS colour, such as `var(--series-1)`. */
  readonly color: string;
  /** What stands at the right of it: its figures. */
  readonly figures: string;
}

export interface Picture {
  readonly title: string;
  /** What the figures are of, and of when. */
  readonly note: string;
  readonly lines: readonly PictureLine[];
}

const PADDING = 16;
const HEAD = 44;
const ROW = 20;
const FONT = '"Inter Variable", sans-serif';

/** Draws a chart's canvas, its title and its legend on one canvas, in the colours it has on the page. */
export function drawPicture(chart: HTMLCanvasElement, picture: Picture): HTMLCanvasElement {
  const { width, height } = chart.getBoundingClientRect();
  const scale = width > 0 ? chart.width / width : 1;
  const whole = {
    width: Math.max(width, 320) + 2 * PADDING,
    height:
      HEAD + height + (picture.lines.length > 0 ? 8 : 0) + picture.lines.length * ROW + PADDING,
  };
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(whole.width * scale);
  canvas.height = Math.round(whole.height * scale);
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const { resolve } = chartColors(chart.parentElement ?? document.body);
  const text = (content: string, x: number, y: number, color: string, font: string): void => {
    context.font = `${font} ${FONT}`;
    context.fillStyle = resolve(color);
    context.fillText(content, x, y, whole.width - x - PADDING);
  };
  context.scale(scale, scale);
  context.fillStyle = resolve("var(--color-surface)");
  context.fillRect(0, 0, whole.width, whole.height);
  context.textBaseline = "middle";
  text(picture.title, PADDING, 16, "var(--color-ink)", "500 13px");
  text(picture.note, PADDING, 33, "var(--color-faint)", "400 11px");
  context.drawImage(chart, PADDING, HEAD, width, height);
  for (const [index, line] of picture.lines.entries()) {
    const y = HEAD + height + 8 + index * ROW + ROW / 2;
    context.fillStyle = resolve(line.color);
    context.fillRect(PADDING, y - 1, 12, 2);
    context.textAlign = "right";
    context.font = `400 12px ${FONT}`;
    context.fillStyle = resolve("var(--color-ink)");
    context.fillText(line.figures, whole.width - PADDING, y);
    const room = whole.width - 3 * PADDING - 20 - context.measureText(line.figures).width;
    context.textAlign = "left";
    context.fillStyle = resolve("var(--color-muted)");
    context.fillText(shortened(context, line.label, room), PADDING + 20, y);
  }
  return canvas;
}

/** The text, with an ellipsis where it does not fit into `room` pixels. */
function shortened(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let kept = text;
  while (kept !== "" && context.measureText(`${kept}…`).width > room) kept = kept.slice(0, -1);
  return `${kept}…`;
}

/** Hands the reader a PNG of a chart. */
export function savePicture(chart: HTMLCanvasElement, picture: Picture): void {
  drawPicture(chart, picture).toBlob((blob) => {
    if (blob) saveFile(fileName(picture.title, "png"), "image/png", blob);
  }, "image/png");
}
