import type { Infer, Schema, SchemaIssue } from "./schema.ts";

function describe(schema: Schema): string {
  switch (schema.kind) {
    case "enum":
      return schema.values.join(" | ");
    case "nullable":
      return `${describe(schema.of)} | null`;
    case "optional":
      return describe(schema.of);
    case "record":
      return "object";
    default:
      return schema.kind;
  }
}

function nameOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "object") return "object";
  // Values of other types are named by type only: a message must never echo what it may not hold.
  return typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(schema: Schema, value: unknown): SchemaIssue {
  return { path: "", expected: describe(schema), received: nameOf(value) };
}

/** Where an issue is, seen from one place further out. */
function within(key: string, issue: SchemaIssue): SchemaIssue {
  if (key === "") return issue;
  return { ...issue, path: issue.path === "" ? key : `${key}.${issue.path}` };
}

/**
 * Finds the first place where `value` differs from `schema`; `undefined` when it fits.
 *
 * Optional fields that hold `null` are removed from `value` on the way, so that a consumer who
 * tests for `undefined` is right whatever the backend's language writes for "nothing".
 */
export function validate(schema: Schema, value: unknown, path = ""): SchemaIssue | undefined {
  const issue = find(schema, value);
  return issue && within(path, issue);
}

// Most values fit: where an issue is, is put together only once there is one.
function find(schema: Schema, value: unknown): SchemaIssue | undefined {
  switch (schema.kind) {
    case "unknown":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : wrong(schema, value);
    case "enum":
      return schema.values.includes(value as string) ? undefined : wrong(schema, value);
    case "nullable":
      return value === null ? undefined : find(schema.of, value);
    case "optional":
      return value === undefined || value === null ? undefined : find(schema.of, value);
    case "array": {
      if (!Array.isArray(value)) return wrong(schema, value);
      for (let index = 0; index < value.length; index++) {
        const issue = find(schema.of, value[index]);
        if (issue) return within(String(index), issue);
      }
      return undefined;
    }
    case "record": {
      if (!isObject(value)) return wrong(schema, value);
      for (const key of Object.keys(value)) {
        const issue = find(schema.of, value[key]);
        if (issue) return within(key, issue);
      }
      return undefined;
    }
    case "object": {
      if (!isObject(value)) return wrong(schema, value);
      for (const key of Object.keys(schema.fields)) {
        const field = schema.fields[key] as Schema;
        const inner = Object.hasOwn(value, key) ? value[key] : undefined;
        if (inner === null && field.kind === "optional") delete value[key];
        const issue = find(field, inner);
        if (issue) return within(key, issue);
      }
      return undefined;
    }
    default:
      return typeof value === schema.kind ? undefined : wrong(schema, value);
  }
}

/** The same judgement as a type guard, for where the reason does not matter. */
export function accepts<S extends Schema>(schema: S, value: unknown): value is Infer<S> {
  return validate(schema, value) === undefined;
}
