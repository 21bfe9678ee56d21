import { describe, expect, test } from "vitest";
import {
  parseCpu,
  parseGroup,
  parseGroupMemory,
  parseMemory,
  parseNetwork,
} from "../src/host/proc.ts";

describe("/proc/stat", () => {
  test("sums the CPUs; waiting is idle, guests are in user time", () => {
    const stat = "cpu  100 20 30 400 50 6 7 8 90 10\ncpu0 1 1 1 1 0 0 0 0 0 0\nintr 5\n";
    expect(parseCpu(stat)).toEqual({ busy: 171, total: 621 });
  });

  test("of an old kernel has four figures", () => {
    expect(parseCpu("cpu 1 2 3 4\n")).toEqual({ busy: 6, total: 10 });
  });

  test.each(["", "intr 5", "cpu  1 2", "cpu  a b c d"])("%j is none", (text) => {
    expect(parseCpu(text)).toBeUndefined();
  });
});

describe("/proc/meminfo", () => {
  test("in bytes", () => {
    const text =
      "MemTotal:       16000 kB\nMemFree:  1 kB\nMemAvailable:    4000 kB\nBuffers: 1 kB\n";
    expect(parseMemory(text)).toEqual({ total: 16_384_000, available: 4_096_000 });
  });

  test.each(["", "MemTotal: 5 kB\n", "MemAvailable: 5 kB\n"])("%j is none", (text) => {
    expect(parseMemory(text)).toBeUndefined();
  });
});

describe("/proc/net/dev", () => {
  const head = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;

  test("adds all interfaces but loopback", () => {
    const text = `${head}    lo:  999  1 0 0 0 0 0 0  999  1 0 0 0 0 0 0
  eth0: 1000  2 0 0 0 0 0 0   50  3 0 0 0 0 0 0
wlan0:123456789012  2 0 0 0 0 0 0   7  3 0 0 0 0 0 0
`;
    expect(parseNetwork(text)).toEqual({ received: 123_456_790_012, sent: 57 });
  });

  test("with loopback alone there is no traffic", () => {
    expect(parseNetwork(`${head}    lo: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n`)).toEqual({
      received: 0,
      sent: 0,
    });
    expect(parseNetwork("")).toBeUndefined();
  });
});

describe("control groups", () => {
  test("the path of version 2", () => {
    expect(parseGroup("12:cpu:/a\n0::/system.slice/telltale.service\n")).toBe(
      "/system.slice/telltale.service",
    );
    expect(parseGroup("12:cpu:/a\n")).toBeUndefined();
  });

  test("a limit, with the file cache as available", () => {
    expect(parseGroupMemory("1000\n", "700\n", "anon 400\ninactive_file 300\n")).toEqual({
      total: 1_000,
      available: 600,
    });
  });

  test.each([
    ["max\n", "5\n"],
    ["", "5\n"],
    ["1000\n", ""],
  ])("%j with %j used is no limit", (max, current) => {
    expect(parseGroupMemory(max, current, "")).toBeUndefined();
  });
});
