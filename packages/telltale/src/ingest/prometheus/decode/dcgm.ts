import type { GpuSample } from "../../../engine-sample.ts";
import type { Page } from "../page.ts";

export const DCGM: RegExp = /^DCGM_FI_(.+)$/;

const MEBIBYTE = 1_048_576;

/**
 * NVIDIA's DCGM exporter. A GPU that MIG has split is told of by its parts; how busy one is comes from
 * `GR_ENGINE_ACTIVE`, because the driver has no utilisation for parts. Where that is not exported it is
 * unknown. Power is the whole board's, so no part has it.
 */
export function decodeDcgm(page: Page): GpuSample[] {
  const groups = [...page.under(DCGM).by(["gpu", "UUID", "GPU_I_ID"]).values()];
  const split = new Set(groups.filter(isPart).map((group) => group.label("UUID", "gpu")));
  return groups
    .filter((group) => isPart(group) || !split.has(group.label("UUID", "gpu")))
    .map((group) => {
      const figure = (name: string): number | null => mostOf(group, name);
      const part = isPart(group);
      const active = figure("PROF_GR_ENGINE_ACTIVE");
      const engine = active !== null && active <= 1.001 ? Math.min(100, active * 100) : null;
      const told = part ? null : figure("DEV_GPU_UTIL");
      const used = figure("DEV_FB_USED");
      const free = figure("DEV_FB_FREE");
      const rest = figure("DEV_FB_RESERVED") ?? 0;
      const id = group.label("GPU_I_ID");
      return {
        index: Number(group.label("gpu") ?? Number.NaN),
        uuid: group.label("UUID"),
        name: group.label("modelName"),
        host: group.label("Hostname", "hostname"),
        instance: part ? [group.label("GPU_I_PROFILE"), id].filter(Boolean).join(" ") : null,
        usage: told !== null && told <= 100 ? told : engine,
        memoryUsedBytes: used === null ? null : used * MEBIBYTE,
        memoryTotalBytes: used === null || free === null ? null : (used + free + rest) * MEBIBYTE,
        temperature: figure("DEV_GPU_TEMP"),
        power: part ? null : figure("DEV_POWER_USAGE"),
      };
    })
    .filter(({ index }) => Number.isInteger(index));
}

function isPart(group: Page): boolean {
  return group.label("GPU_I_ID") !== null;
}

/** A GPU shared by several pods is told of once for each, with the same figure. */
function mostOf(group: Page, name: string): number | null {
  const values = group
    .samples(name)
    .map(({ value }) => value)
    .filter((value) => !isBlank(value));
  return values.length === 0 ? null : Math.max(...values);
}

/** The blanks of 32-bit and floating figures (dcgm_structs.h); those of 64 bits are gone already. */
function isBlank(value: number): boolean {
  return (
    (value >= 2_147_483_632 && value <= 2_147_483_647) ||
    (value >= 140_737_488_355_328 && value <= 140_737_488_355_343)
  );
}
