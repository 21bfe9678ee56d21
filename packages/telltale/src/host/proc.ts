import type { CpuTimes, NetworkBytes } from "./machine.ts";

/** The text is a file of Linux' `/proc` (proc(5)) or of a version 2 control group. */

/** `/proc/stat`: the first line sums all CPUs. Guest time is in user time already; waiting for a disk is idle. */
export function parseCpu(stat: string): CpuTimes | undefined {
  const line = /^cpu +(.*)$/m.exec(stat)?.[1];
  const [user, nice, system, idle, iowait = 0, irq = 0, softirq = 0, steal = 0] =
    line?.split(" ").map(Number) ?? [];
  if (user === undefined || nice === undefined || system === undefined || idle === undefined)
    return undefined;
  const busy = user + nice + system + irq + softirq + steal;
  const total = busy + idle + iowait;
  return Number.isFinite(total) ? { busy, total } : undefined;
}

/** Bytes. */
export interface Memory {
  readonly total: number;
  readonly available: number;
}

/** `/proc/meminfo`. Available is what can be had without swapping, caches included. */
export function parseMemory(meminfo: string): Memory | undefined {
  const kibibytes = (name: string): number =>
    Number(new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(meminfo)?.[1] ?? Number.NaN);
  const total = kibibytes("MemTotal") * 1024;
  const available = kibibytes("MemAvailable") * 1024;
  return total > 0 && available >= 0 ? { total, available } : undefined;
}

/** `/proc/net/dev`: received bytes come first, sent bytes ninth; a wide figure may touch the colon. */
export function parseNetwork(dev: string): NetworkBytes | undefined {
  let received = 0;
  let sent = 0;
  let interfaces = 0;
  for (const line of dev.split("\n")) {
    const [, name, figures] = /^ *([^:|]+):(.*)$/.exec(line) ?? [];
    if (name === undefined || figures === undefined) continue;
    interfaces += 1;
    const columns = figures.trim().split(/ +/).map(Number);
    if (name === "lo" || columns.length < 9) continue;
    received += columns[0] ?? 0;
    sent += columns[8] ?? 0;
  }
  return interfaces > 0 && Number.isFinite(received + sent) ? { received, sent } : undefined;
}

/** `/proc/self/cgroup`: the path of the version 2 group, which has the line that starts with `0::`. */
export function parseGroup(cgroup: string): string | undefined {
  return /^0::(\/.*)$/m.exec(cgroup)?.[1];
}

/** `memory.max`, `memory.current` and `memory.stat` of a group; undefined without a limit. The file cache can be had back. */
export function parseGroupMemory(max: string, current: string, stat: string): Memory | undefined {
  const total = Number(max.trim() || Number.NaN);
  const cache = Number(/^inactive_file (\d+)$/m.exec(stat)?.[1] ?? 0);
  const used = Math.max(0, Number(current.trim() || Number.NaN) - cache);
  return total > 0 && Number.isFinite(total + used)
    ? { total, available: Math.max(0, total - used) }
    : undefined;
}
