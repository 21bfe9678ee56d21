import { expect, it } from "vitest";
import { check } from "../check-links.mjs";

const faults = (pages) =>
  check(
    Object.keys(pages),
    (name) => name in pages,
    (name) => pages[name],
  );

it("follows files and headings, and leaves code and the web alone", () => {
  expect(
    faults({
      "README.md": [
        "[a](docs/a.md#two-words) [b](#here) [c](https://example.com/x)",
        "```",
        "[d](nowhere.md)",
        "```",
        "`[e](nowhere.md)`",
        "# Here",
      ].join("\n"),
      "docs/a.md": "## Two `words`\n[back](../README.md)",
    }),
  ).toEqual([]);
});

it("finds a missing file and a missing heading", () => {
  expect(faults({ "README.md": "\n[a](docs/a.md)\n" })).toEqual([
    "README.md:2: docs/a.md is not there",
  ]);
  expect(faults({ "README.md": "[a](#nowhere)" })).toHaveLength(1);
});
