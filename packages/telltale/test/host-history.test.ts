import { expect, test } from "vitest";
import { HostHistory } from "../src/host/history.ts";

const sample = (cpu_usage: number) => ({
  cpu_usage,
  memory_usage: 40,
  disk_usage: 50,
  network_in_bytes: 1_000,
  network_out_bytes: 2_000,
});

test("[X11] the host is remembered for five minutes, at most a moment per second", () => {
  const history = new HostHistory();
  for (let now = 0; now < 600_000; now += 100) history.add(sample(now / 6_000), now);
  const { moments } = history;
  expect(moments).toHaveLength(300);
  expect(moments[0]?.time).toBe(300_000);
  expect(moments.at(-1)).toEqual({
    time: 599_000,
    cpu_usage: 599 / 6,
    memory_usage: 40,
    network_in_bytes: 1_000,
    network_out_bytes: 2_000,
  });
});

test("ticks that come a little early are moments all the same", () => {
  const history = new HostHistory();
  for (const now of [0, 1_003, 1_996, 3_001]) history.add(sample(0), now);
  expect(history.moments).toHaveLength(4);
});
