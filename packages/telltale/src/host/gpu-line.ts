import type { Gpu } from "@telltale/protocol";

/** What `nvidia-smi --query-gpu` is asked for, in the order of {@link parseGpuLine}. */
export const gpuFields =
  "index,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw";

const MEBIBYTE = 1_048_576;

/** `[N/A]`, `[Not Supported]`, `[Unknown Error]` and the like are no figure. */
function figure(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/**
 * A line of `nvidia-smi --format=csv,noheader,nounits`, such as
 * `0, NVIDIA L4, 37, 1024, 23034, 51, 34.20`. Undefined when it is none, or when the GPU does not
 * tell how busy it is (one split by MIG): a zero would be a lie.
 */
export function parseGpuLine(line: string): Gpu | undefined {
  const columns = line.split(",").map((column) => column.trim());
  if (columns.length !== 7) return undefined;
  const [first, name, ...rest] = columns;
  const [usage, used, total, temperature, power] = rest.map(figure);
  const index = figure(first);
  if (index === undefined || usage === undefined) return undefined;
  return {
    index,
    usage,
    ...(name ? { name } : {}),
    ...(used === undefined ? {} : { memory_used_bytes: used * MEBIBYTE }),
    ...(total === undefined ? {} : { memory_total_bytes: total * MEBIBYTE }),
    ...(used === undefined || !total ? {} : { memory_usage: (100 * used) / total }),
    ...(temperature === undefined ? {} : { temperature_celsius: temperature }),
    ...(power === undefined ? {} : { power_watts: power }),
  };
}
