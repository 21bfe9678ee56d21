import { describe, expect, it } from "vitest";
import { replayedUpTo } from "../src/range/use-span.ts";
import {
  follow,
  readReplaySearch,
  searchOfReplay,
  startOf,
  streamOf,
  windowAround,
} from "../src/replay/replay-search.ts";

const at = Date.UTC(2026, 0, 2, 3, 4, 5);

describe("the address of a replay", () => {
  it("[Y7] says when and how fast, and is read back", () => {
    const search = searchOfReplay({ at, speed: 60 });
    expect(startOf(readReplaySearch({ ...search, other: 1 }))).toEqual({ at, speed: 60 });
    expect(startOf(readReplaySearch({ replay: "2026-01-02T04:04:05+01:00" }))).toEqual({
      at,
      speed: 10,
    });
  });

  it("leaves alone what it can not read", () => {
    expect(readReplaySearch({ replay: "last night" })).toEqual({});
    expect(readReplaySearch({ replay: 5 })).toEqual({});
    expect(readReplaySearch({ ...searchOfReplay({ at, speed: 1 }), speed: 1e9 }).speed).toBe(10);
  });

  it("leads to the stream", () => {
    expect(streamOf("/metrics/stream", { at, speed: 2 })).toBe(
      `/metrics/stream?from=${at}&speed=2`,
    );
    expect(streamOf("/s?types=x", { at, speed: 2 })).toBe(`/s?types=x&from=${at}&speed=2`);
    expect(streamOf("/s", null)).toBe("/s");
  });
});

describe("the timeline", () => {
  it("shows the time that is played, and never what has not happened", () => {
    const window = windowAround(at, 1000, at + 100);
    expect(window).toEqual({ from: at - 900, to: at + 100 });
    expect(follow(window, at + 50, at + 100)).toBe(window);
    expect(follow(window, at + 500, at + 10_000)).toEqual({ from: at + 300, to: at + 1300 });
  });
});

it("history is never asked for what comes after the time that is played", () => {
  for (const speed of [0.1, 1, 10, 60]) {
    for (const step of [1000, 60_000, 86_400_000]) {
      const to = replayedUpTo(at + 777, step, speed);
      expect(to).toBeLessThanOrEqual(at + 777);
      expect(at - to).toBeLessThan(120_000);
    }
  }
});
