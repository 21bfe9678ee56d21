import type { Gpu, SystemUpdate } from "@telltale/protocol";
import type { GpuSample } from "../engine-sample.ts";

/** A GPU as it goes over the wire. */
export function toGpu(sample: GpuSample): Gpu {
  const { memoryUsedBytes: used, memoryTotalBytes: total } = sample;
  return {
    index: sample.index,
    usage: sample.usage ?? 0,
    ...(sample.name === null ? {} : { name: sample.name }),
    ...(used === null || !total ? {} : { memory_usage: Math.min(100, (100 * used) / total) }),
    ...(used === null ? {} : { memory_used_bytes: used }),
    ...(total === null ? {} : { memory_total_bytes: total }),
    ...(sample.temperature === null ? {} : { temperature_celsius: sample.temperature }),
    ...(sample.power === null ? {} : { power_watts: sample.power }),
    ...(sample.uuid === null ? {} : { uuid: sample.uuid }),
    ...(sample.host === null ? {} : { host: sample.host }),
    ...(sample.instance === null ? {} : { instance: sample.instance }),
    ...(sample.usage === null ? { unknown: ["usage"] } : {}),
  };
}

/**
 * The GPUs of several sources, each once: one that is told of twice (by `nvidia-smi` and by DCGM) is
 * shown as the later source has it, because that one knows of the parts of a split GPU.
 */
export function mergeGpus(lists: readonly (readonly Gpu[])[]): Gpu[] {
  const merged: Gpu[] = [];
  for (const [i, list] of lists.entries()) {
    const later = new Set(
      lists.slice(i + 1).flatMap((more) => more.flatMap(({ uuid }) => uuid ?? [])),
    );
    for (const gpu of list) if (gpu.uuid === undefined || !later.has(gpu.uuid)) merged.push(gpu);
  }
  return merged;
}

/** The GPUs with the means over those that tell; nothing where there are none. */
export function ofGpus(gpus: Gpu[]): Pick<SystemUpdate, "gpus" | "gpu_usage" | "gpu_memory_usage"> {
  const usage = mean(gpus.flatMap((gpu) => (gpu.unknown?.includes("usage") ? [] : gpu.usage)));
  const memory = mean(gpus.flatMap((gpu) => gpu.memory_usage ?? []));
  return {
    ...(gpus.length === 0 ? {} : { gpus }),
    ...(usage === undefined ? {} : { gpu_usage: usage }),
    ...(memory === undefined ? {} : { gpu_memory_usage: memory }),
  };
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0
    ? undefined
    : values.reduce((sum, value) => sum + value, 0) / values.length;
}
