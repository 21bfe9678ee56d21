import { expect, test } from "vitest";
import { found, isFilter, rank } from "../src/shortcuts/rank.ts";

const groups = [
  {
    heading: "Time",
    items: [
      { name: "Show the last minute", also: "time range 1m" },
      { name: "Show all of it, a live minute", also: "llama sonnet" },
    ],
  },
  { heading: "Go to", items: [{ name: "Go to models" }, { name: "Go to system" }] },
  {
    heading: "Models",
    items: [
      { name: "claude-sonnet-4-5", also: "model" },
      { name: "llama-3.3-70b-instruct", also: "model" },
      { name: "gpt-4o", also: "model" },
    ],
  },
];

const first = (typed: string): string | undefined => found(groups, typed)[0]?.items[0]?.name;

test("a name that holds what is typed comes before hidden words and scattered letters", () => {
  expect(first("llama")).toBe("llama-3.3-70b-instruct");
  expect(first("sonnet")).toBe("claude-sonnet-4-5");
  expect(first("onnet")).toBe("claude-sonnet-4-5");
  expect(first("last min")).toBe("Show the last minute");
  expect(first("minute last")).toBe("Show the last minute");
  expect(first("go to sys")).toBe("Go to system");
  expect(first("model")).toBe("Go to models");
});

test("hidden words come before scattered letters, and what fits in no way is left out", () => {
  expect(rank({ name: "Send data", also: "ingest proxy" }, "proxy")).toBeGreaterThan(
    rank({ name: "Print or X yes" }, "proxy"),
  );
  expect(rank({ name: "Show the last minute" }, "stlm")).toBe(1);
  expect(found(groups, "zebra")).toEqual([]);
  expect(found(groups, "")).toHaveLength(3);
});

test("a field with its value or a comparison is meant as a filter, a name is not", () => {
  for (const text of ["status:error latency>2s", "latency > 2s", "-model:gpt-4o", "cost>=0.1"]) {
    expect(isFilter(text), text).toBe(true);
  }
  for (const text of ["sonnet", "go to models", "gpt-4o-mini", "time zone", "status:"]) {
    expect(isFilter(text), text).toBe(false);
  }
});
