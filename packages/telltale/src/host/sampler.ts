import { statfsSync } from "node:fs";
import type { SystemUpdate } from "@telltale/protocol";
import { watchGpus } from "./gpu-watch.ts";
import { linuxMachine } from "./linux.ts";
import type { CpuTimes, Machine } from "./machine.ts";
import { portableMachine } from "./portable.ts";

/** The part of a `system_update` that the host tells. */
export type HostSample = Pick<
  SystemUpdate,
  "cpu_usage" | "memory_usage" | "disk_usage" | "network_in_bytes" | "network_out_bytes" | "gpus"
>;

export interface HostSamplerOptions {
  /** Directory whose file system's use is told. */
  readonly dataDir: string;
  /** Defaults to the one this runs on. */
  readonly machine?: Machine | undefined;
}

export interface HostSampler {
  /**
   * CPU use since the sample before (the first: since the sampler was made), the rest as it is now.
   * Takes about a tenth of a millisecond; a figure that cannot be had keeps its last value, 0 before
   * the first. Outside Linux the network is not known and stays 0.
   */
  sample(): HostSample;
  /** Ends what watches the GPUs. */
  close(): void;
}

function percentage(part: number, whole: number): number {
  return whole > 0 ? Math.min(100, Math.max(0, (100 * part) / whole)) : 0;
}

/** As `df` has it: of what unprivileged users may fill. */
function diskUsage(directory: string): number | undefined {
  try {
    const { blocks, bfree, bavail } = statfsSync(directory);
    const used = blocks - bfree;
    return percentage(used, used + bavail);
  } catch {
    return undefined;
  }
}

export function createHostSampler(options: HostSamplerOptions): HostSampler {
  const machine =
    options.machine ?? (process.platform === "linux" ? linuxMachine("/") : portableMachine);
  const gpus = watchGpus();
  let before: CpuTimes | undefined = machine.cpu();
  let cpu = 0;
  let memory = 0;
  let disk = 0;
  let network = { received: 0, sent: 0 };

  function cpuUsage(): number {
    const now = machine.cpu();
    if (now === undefined) return cpu;
    const elapsed = now.total - (before?.total ?? 0);
    // Two samples within one tick of the kernel's clock have nothing between them.
    if (elapsed <= 0) return cpu;
    const busy = now.busy - (before?.busy ?? 0);
    before = now;
    return percentage(busy, elapsed);
  }

  return {
    sample() {
      cpu = cpuUsage();
      memory = machine.memoryUsage() ?? memory;
      disk = diskUsage(options.dataDir) ?? disk;
      network = machine.network() ?? network;
      const found = gpus.gpus();
      return {
        cpu_usage: cpu,
        memory_usage: memory,
        disk_usage: disk,
        network_in_bytes: network.received,
        network_out_bytes: network.sent,
        ...(found.length > 0 ? { gpus: found } : {}),
      };
    },
    close: () => gpus.close(),
  };
}
