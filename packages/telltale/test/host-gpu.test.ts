import { ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { parseGpuLine } from "../src/host/gpu-line.ts";
import { type GpuWatch, watchGpus } from "../src/host/gpu-watch.ts";
import { createHostSampler } from "../src/host/sampler.ts";

describe("a line of nvidia-smi", () => {
  test("in full", () => {
    expect(parseGpuLine("1, NVIDIA H100 80GB HBM3, 37, 20480, 81920, 51, 345.20, GPU-5a")).toEqual({
      index: 1,
      name: "NVIDIA H100 80GB HBM3",
      usage: 37,
      memory_used_bytes: 20_480 * 1_048_576,
      memory_total_bytes: 81_920 * 1_048_576,
      memory_usage: 25,
      temperature_celsius: 51,
      power_watts: 345.2,
      uuid: "GPU-5a",
    });
  });

  test("a figure that the GPU does not have is left out, not zero", () => {
    expect(parseGpuLine("0, NVIDIA GB10, 5, [N/A], [N/A], 40, [Not Supported], GPU-b")).toEqual({
      index: 0,
      name: "NVIDIA GB10",
      usage: 5,
      temperature_celsius: 40,
      uuid: "GPU-b",
    });
  });

  test("of a GPU split by MIG, which has no utilisation, says that it is unknown", () => {
    expect(parseGpuLine("0, NVIDIA A100, [N/A], 1, 4, 30, 60, GPU-c")).toMatchObject({
      usage: 0,
      unknown: ["usage"],
      memory_usage: 25,
    });
  });

  test.each([
    "",
    "No devices were found",
    "0, NVIDIA A100, 5, 1, 2, 3, 4, ",
    "0, NVIDIA A100, 5",
    "x, NVIDIA A100, 5, 1, 2, 3, 4, GPU-a",
    "Failed to initialize NVML: Driver/library version mismatch",
  ])("%j is no reading", (line) => {
    expect(parseGpuLine(line)).toBeUndefined();
  });
});

describe.skipIf(process.platform === "win32")("the running nvidia-smi", () => {
  let folder: string;
  let watch: GpuWatch | undefined;
  let waits: { ms: number; run: () => void; cancelled: boolean }[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "telltale-gpu-"));
    vi.stubEnv("PATH", [folder, process.env["PATH"]].join(delimiter));
    waits = [];
  });
  afterEach(() => {
    watch?.close();
    watch = undefined;
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  function install(script: string): void {
    const file = join(folder, "nvidia-smi");
    writeFileSync(
      file,
      `#!/bin/sh\necho $$ >> "${folder}/pids"\necho "$@" > "${folder}/arguments"\n${script}\n`,
    );
    chmodSync(file, 0o755);
  }
  function pids(): number[] {
    const file = join(folder, "pids");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : [];
  }
  function isAlive(pid: number): boolean {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  }
  function begin(): GpuWatch {
    watch = watchGpus((run, ms) => {
      const wait = { ms, run, cancelled: false };
      waits.push(wait);
      return () => {
        wait.cancelled = true;
      };
    });
    return watch;
  }
  const eventually = { timeout: 5_000, interval: 5 };

  test("is one process, asked once, whose lines become readings in the order of the GPUs", async () => {
    install(
      'echo "1, B, 20, 1, 4, 50, 60, GPU-a"; echo "0, A, 10, 2, 4, 50, 60, GPU-a"; echo "0, A, 30, 3, 4, 50, 60, GPU-a"; exec sleep 1000',
    );
    const { gpus } = begin();
    await vi.waitFor(
      () =>
        expect(gpus().map((gpu) => [gpu.index, gpu.usage])).toEqual([
          [0, 30],
          [1, 20],
        ]),
      eventually,
    );
    expect(pids()).toHaveLength(1);
    expect(readFileSync(join(folder, "arguments"), "utf8")).toBe(
      "--query-gpu=index,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw,uuid --format=csv,noheader,nounits -l 1\n",
    );
  });

  test("is part of what the host tells", async () => {
    install(
      'echo "0, A, 10, 1, 4, 50, 60, GPU-a"; echo "1, B, 20, 3, 4, 50, 60, GPU-a"; exec sleep 1000',
    );
    const host = createHostSampler({ dataDir: folder });
    try {
      await vi.waitFor(() => expect(host.sample().gpus).toHaveLength(2), eventually);
      expect(host.sample().gpus).toMatchObject([{ usage: 10 }, { usage: 20 }]);
    } finally {
      host.close();
    }
  });

  test("that hangs tells nothing any more, rather than what it told last", async () => {
    let now = 1000;
    install('echo "0, A, 10, 1, 4, 50, 60, GPU-a"; exec sleep 1000');
    watch = watchGpus(
      () => () => {},
      () => now,
    );
    const { gpus } = watch;
    await vi.waitFor(() => expect(gpus()).toHaveLength(1), eventually);
    now += 11_000;
    expect(gpus()).toEqual([]);
  });

  test("ends with the watch", async () => {
    install('echo "0, A, 10, 1, 4, 50, 60, GPU-a"; exec sleep 1000');
    const { gpus, close } = begin();
    await vi.waitFor(() => expect(gpus()).toHaveLength(1), eventually);
    const [pid] = pids();
    expect(pid !== undefined && isAlive(pid)).toBe(true);
    close();
    expect(gpus()).toEqual([]);
    await vi.waitFor(() => expect(pid !== undefined && isAlive(pid)).toBe(false), eventually);
    expect(waits).toEqual([]);
  });

  test("that dies is started again, each time later, until it tells something", async () => {
    install("echo Failed to initialize NVML; exit 9");
    const { gpus } = begin();
    for (const [attempt, ms] of [1_000, 2_000, 4_000].entries()) {
      await vi.waitFor(() => expect(waits).toHaveLength(attempt + 1), eventually);
      expect(waits[attempt]?.ms).toBe(ms);
      expect(gpus()).toEqual([]);
      if (attempt < 2) waits[attempt]?.run();
    }
    install(
      `echo "0, A, 10, 1, 4, 50, 60, GPU-a"; while [ ! -e "${folder}/stop" ]; do sleep 0.02; done`,
    );
    waits[2]?.run();
    await vi.waitFor(() => expect(gpus()).toHaveLength(1), eventually);
    writeFileSync(join(folder, "stop"), "");
    await vi.waitFor(() => expect(waits).toHaveLength(4), eventually);
    expect(waits[3]?.ms).toBe(1_000);
    expect(gpus()).toEqual([]);
  });

  test("is not started again after the close", async () => {
    install("exit 1");
    const { close } = begin();
    await vi.waitFor(() => expect(waits).toHaveLength(1), eventually);
    close();
    expect(waits[0]?.cancelled).toBe(true);
  });

  test("that does not exist can be closed at once without a signal to anybody", () => {
    vi.stubEnv("PATH", folder);
    const kill = vi.spyOn(ChildProcess.prototype, "kill");
    begin().close();
    expect(kill).not.toHaveBeenCalled();
    kill.mockRestore();
  });

  test("that does not exist is not looked for again", async () => {
    vi.stubEnv("PATH", folder);
    const { gpus } = begin();
    install("exit 1");
    const present = begin();
    await vi.waitFor(() => expect(waits).toHaveLength(1), eventually);
    expect([gpus(), present.gpus()]).toEqual([[], []]);
  });
});
