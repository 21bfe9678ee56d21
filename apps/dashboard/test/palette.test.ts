import { expect, test } from "vitest";
import { createPalette, distinctSlots, SLOTS, slotFor } from "../src/theme/palette.ts";

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

test("of the first eight of a chart no two share a colour, and each keeps its own where it can", () => {
  const users = Array.from({ length: 12 }, (_each, index) => `user-${index + 1}`);
  const slots = distinctSlots(users, slotFor);
  const first = users.slice(0, SLOTS).map((user) => slots.get(user));
  expect(new Set(first).size).toBe(SLOTS);
  expect(users.slice(SLOTS).map((user) => slots.get(user))).toEqual([null, null, null, null]);
  for (const wanted of new Set(users.slice(0, SLOTS).map(slotFor))) {
    const wishing = users.slice(0, SLOTS).filter((user) => slotFor(user) === wanted);
    expect(wishing.some((user) => slots.get(user) === wanted)).toBe(true);
  }
  const turned = distinctSlots(users.slice(0, SLOTS).reverse(), slotFor);
  expect(users.slice(0, SLOTS).map((user) => turned.get(user))).toEqual(first);
});
