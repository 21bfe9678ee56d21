import { expect, it } from "vitest";
import { check } from "../check-house.mjs";

const faults = (name, text) => check(new Map([[name, text]]));

it.each([
  ["any", "packages/client/src/a.ts", "let a: any;"],
  ["a switched-off type check", "packages/client/src/a.ts", "// @ts-ignore"],
  ["an unfinished mark", "packages/client/src/a.ts", "// TODO"],
  ["a focused test", "packages/client/test/a.test.ts", "it.only('a', () => {});"],
  ["a machine's path", "README.md", "cd /home/somebody/telltale"],
  ["a long file", "packages/client/src/a.ts", "\n".repeat(351)],
  ["a name that says nothing", "packages/client/src/utils.ts", ""],
])("%s is found", (_, name, text) => {
  expect(faults(name, text)).toHaveLength(1);
});

it("ordinary files pass", () => {
  expect(faults("packages/client/src/a.ts", "const many = 1;\n")).toEqual([]);
  expect(faults("packages/client/test/a.test.ts", "it('does', () => {});\n")).toEqual([]);
});
