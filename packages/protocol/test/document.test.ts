import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { downSchemas, type Schema, upSchemas } from "../src/index.ts";

const text = readFileSync(new URL("../../../PROTOCOL.md", import.meta.url), "utf8");

function fieldsOf(schema: Schema): string[] {
  switch (schema.kind) {
    case "object":
      return Object.entries(schema.fields).flatMap(([name, inner]) => [name, ...fieldsOf(inner)]);
    case "array":
    case "record":
    case "nullable":
    case "optional":
      return fieldsOf(schema.of);
    default:
      return [];
  }
}

test.each([...downSchemas, ...upSchemas])("PROTOCOL.md names %s and its fields", (type, schema) => {
  const names = type === "auth" || type === "pause" || type === "resume" ? [] : fieldsOf(schema);
  const missing = names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
  expect(missing).toEqual([]);
});
