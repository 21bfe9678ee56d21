import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "./machine.ts";
import {
  type Memory,
  parseCpu,
  parseGroup,
  parseGroupMemory,
  parseMemory,
  parseNetwork,
} from "./proc.ts";

/** @param root Directory that has `proc` and `sys`: `/`. */
export function linuxMachine(root: string): Machine {
  const read = (...path: string[]): string => {
    try {
      return readFileSync(join(root, ...path), "utf8");
    } catch {
      return "";
    }
  };
  const group = join("sys/fs/cgroup", parseGroup(read("proc/self/cgroup")) ?? "/");
  const grouped = existsSync(join(root, group, "memory.max"));

  /** The container's limit, where it is below what the machine has. */
  function memory(): Memory | undefined {
    const whole = parseMemory(read("proc/meminfo"));
    if (!grouped) return whole;
    const [max, current, stat] = ["memory.max", "memory.current", "memory.stat"].map((file) =>
      read(group, file),
    );
    const limited = parseGroupMemory(max ?? "", current ?? "", stat ?? "");
    if (limited === undefined) return whole;
    return whole !== undefined && whole.total <= limited.total ? whole : limited;
  }

  return {
    cpu: () => parseCpu(read("proc/stat")),
    memoryUsage() {
      const found = memory();
      return found && 100 * (1 - found.available / found.total);
    },
    network: () => parseNetwork(read("proc/net/dev")),
  };
}
