import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { flagOf, STRUCTURED, variableOf } from "../src/cli/options.ts";
import { configSchema } from "../src/config.ts";
import { problems } from "../src/http/problem.ts";

const doc = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");

test("docs/configuration.md has every option with its names, default and purpose, and no other", () => {
  const rows = doc("configuration.md")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const expected = Object.entries(configSchema.shape)
    .filter(([key]) => !STRUCTURED.has(key))
    .map(([key, schema]) => {
      const fallback = schema.parse(undefined);
      const shown = Array.isArray(fallback) || fallback === "" ? "none" : `\`${fallback}\``;
      return `| \`${key}\` | \`--${flagOf(key)}\` | \`${variableOf(key)}\` | ${shown} | ${schema.description} |`;
    });
  expect(rows).toEqual(expected);
});

test("docs/errors.md has every problem with its status and title, and no other", () => {
  const rows = doc("errors.md")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const expected = Object.entries(problems).map(
    ([code, { status, retryable, title }]) =>
      `| \`${code}\` | ${status} | ${retryable ? "yes" : "no"} | ${title} |`,
  );
  expect(rows).toEqual(expected);
});
