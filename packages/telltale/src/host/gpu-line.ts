import type { Gpu } from "@telltale/protocol";

/** What `nvidia-smi --query-gpu` is asked for, in the order of {@link parseGpuLine}. */
export const gpuFields =
  "index,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw,uuid";

const MEBIBYTE = 1_048_576;

/** `[N/A]`, `[Not Supported]`, `[Unknown Error]` and the like are no figure. */
function figure(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/**
 * A line of `nvidia-smi --format=csv,noheader,nounits`, such as
 * `0, NVIDIA L4, 37, 1024, 23034, 51, 34.20, GPU-5a…`. Undefined when it is none. A GPU that does not
 * tell how busy it is (one split by MIG) says so in `unknown`.
 */
export function parseGpuLine(line: string): Gpu | undefined {
  const columns = line.split(",").map((column) => column.trim());
  if (columns.length !== 8) return undefined;
  const [first, name, ...rest] = columns;
  const uuid = columns[7] ?? "";
  const [usage, used, total, temperature, power] = rest.map(figure);
  const index = figure(first);
  if (index === undefined || !uuid.startsWith("GPU-")) return undefined;
  return {
    index,
    usage: usage ?? 0,
    ...(name ? { name } : {}),
    ...(used === undefined ? {} : { memory_used_bytes: used * MEBIBYTE }),
    ...(total === undefined ? {} : { memory_total_bytes: total * MEBIBYTE }),
    ...(used === undefined || !total ? {} : { memory_usage: (100 * used) / total }),
    ...(temperature === undefined ? {} : { temperature_celsius: temperature }),
    ...(power === undefined ? {} : { power_watts: power }),
    uuid,
    ...(usage === undefined ? { unknown: ["usage"] } : {}),
  };
}
