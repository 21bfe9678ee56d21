import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemUpdate, validate } from "@telltale/protocol";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { linuxMachine } from "../src/host/linux.ts";
import { portableMachine } from "../src/host/portable.ts";
import { createHostSampler, type HostSampler } from "../src/host/sampler.ts";

let root: string;
const samplers: HostSampler[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "telltale-host-"));
  vi.stubEnv("PATH", root); // No nvidia-smi there.
});
afterEach(() => {
  for (const sampler of samplers.splice(0)) sampler.close();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
}

function sampler(of: Parameters<typeof createHostSampler>[0]): HostSampler {
  const made = createHostSampler(of);
  samplers.push(made);
  return made;
}

test("Linux: CPU between two samples, memory, disk and network", () => {
  write("proc/stat", "cpu  100 0 0 900 0 0 0 0 0 0\n");
  write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 250 kB\n");
  write("proc/net/dev", "  eth0: 10 0 0 0 0 0 0 0 20 0 0 0 0 0 0 0\n");
  const host = sampler({ dataDir: root, machine: linuxMachine(root) });
  expect(host.sample().cpu_usage).toBe(0);

  write("proc/stat", "cpu  175 0 0 925 0 0 0 0 0 0\n");
  const sample = host.sample();
  expect(sample).toMatchObject({
    cpu_usage: 75,
    memory_usage: 75,
    network_in_bytes: 10,
    network_out_bytes: 20,
  });
  expect(sample.disk_usage).toBeGreaterThan(0);
  expect(sample.disk_usage).toBeLessThanOrEqual(100);
  expect(sample).not.toHaveProperty("gpus");
  // Nothing new to tell: the last value holds.
  expect(host.sample().cpu_usage).toBe(75);
});

test("a container's memory limit is its memory", () => {
  write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 250 kB\n");
  write("proc/self/cgroup", "0::/box\n");
  write("sys/fs/cgroup/box/memory.max", "102400\n");
  write("sys/fs/cgroup/box/memory.current", "51200\n");
  expect(linuxMachine(root).memoryUsage()).toBe(50);
  write("sys/fs/cgroup/box/memory.max", "max\n");
  expect(linuxMachine(root).memoryUsage()).toBe(75);
  write("sys/fs/cgroup/box/memory.max", "99999999999\n");
  expect(linuxMachine(root).memoryUsage()).toBe(75);
});

test("what cannot be read keeps its last value and never throws", () => {
  const host = sampler({ dataDir: join(root, "missing"), machine: linuxMachine(root) });
  const none = { cpu_usage: 0, memory_usage: 0, disk_usage: 0, network_in_bytes: 0 };
  expect(host.sample()).toMatchObject(none);
});

test.each([
  ["this machine", undefined],
  ["a machine that only Node knows", portableMachine],
])("%s tells a valid system_update", (_, machine) => {
  const sample = sampler({ dataDir: root, machine }).sample();
  expect(validate(systemUpdate, { ...sample, active_workers: 0, queue_size: 0 })).toBeUndefined();
  for (const usage of [sample.cpu_usage, sample.memory_usage, sample.disk_usage]) {
    expect(usage).toBeGreaterThanOrEqual(0);
    expect(usage).toBeLessThanOrEqual(100);
  }
  expect(sample.memory_usage).toBeGreaterThan(0);
});
