import type { z } from "zod";

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/** What was expected, in the words of this server; what a schema says of its own comes before it. */
export function issueInWords(issue: Issue): string | undefined {
  switch (issue.code) {
    case "too_small":
      return sizeInWords(issue.origin, issue.minimum, issue.inclusive ? "at least" : "more than");
    case "too_big":
      return sizeInWords(issue.origin, issue.maximum, issue.inclusive ? "at most" : "less than");
    case "invalid_type":
      return issue.input === undefined
        ? `expected ${kindInWords(issue.expected)}, found nothing`
        : `expected ${kindInWords(issue.expected)}`;
    default:
      return undefined;
  }
}

function sizeInWords(origin: string, limit: number | bigint, relation: string): string {
  const of = (one: string, many: string): string =>
    `expected ${relation} ${limit} ${Number(limit) === 1 ? one : many}`;
  if (origin === "string") {
    return Number(limit) === 1 && relation === "at least"
      ? "expected a text that is not empty"
      : of("character", "characters");
  }
  if (origin === "array" || origin === "set") return of("entry", "entries");
  return `expected ${relation} ${limit}`;
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function kindInWords(expected: string): string {
  return kinds[expected] ?? expected;
}
