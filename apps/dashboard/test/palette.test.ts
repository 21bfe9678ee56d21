import { expect, test } from "vitest";
import { createPalette, SLOTS } from "../src/theme/palette.ts";

const models = [
  "gpt-5",
  "gpt-4o-mini",
  "claude-sonnet-4-5",
  "gemini-2.5-pro",
  "o3",
  "llama",
  "qwen",
  "kimi",
];

test("the first eight models have eight colours", () => {
  const palette = createPalette({}, () => {});
  expect(new Set(models.map((model) => palette.slotOf(model))).size).toBe(SLOTS);
});

test("a colour survives a reload, whatever order the models are seen in", () => {
  let saved: Readonly<Record<string, number>> = {};
  const first = createPalette({}, (slots) => {
    saved = slots;
  });
  const before = models.map((model) => first.slotOf(model));
  const second = createPalette(saved, () => {});
  const after = [...models].reverse().map((model) => second.slotOf(model));
  expect(after.reverse()).toEqual(before);
});

test("slots that storage cannot have held are ignored", () => {
  const palette = createPalette({ "gpt-5": 99, o3: -1 }, () => {});
  expect(palette.slotOf("gpt-5")).toBeLessThan(SLOTS);
  expect(palette.slotOf("o3")).toBeGreaterThanOrEqual(0);
});
