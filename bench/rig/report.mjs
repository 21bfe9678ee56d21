import os from "node:os";

export const median = (values) => quantile(values, 0.5);

export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/** `3.1×` of ours; how far a peer is from it. */
export function ratio(value, ours) {
  if (!Number.isFinite(value) || !Number.isFinite(ours) || ours === 0) return "–";
  const times = value / ours;
  return `${times >= 10 ? Math.round(times) : times.toFixed(2)}×`;
}

/** Prints a table; the first column to the left, figures to the right. */
export function table(title, head, rows) {
  const all = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
      )
      .join("  ")
      .trimEnd();
  console.log(`\n${title}\n`);
  console.log([line(head), widths.map((width) => "-".repeat(width)).join("  ")].join("\n"));
  for (const row of rows) console.log(line(row.map(String)));
}

/** What the figures were measured on, and how busy that was with other things. */
export function machine(...more) {
  const load = os.loadavg()[0].toFixed(1);
  const parts = [`${os.cpus().length} cores`, `load ${load}`, `Node ${process.versions.node}`];
  console.log(`\n${[...parts, ...more].join(", ")}, ${new Date().toISOString().slice(0, 10)}`);
}
