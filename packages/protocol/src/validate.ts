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

/**
 * Finds the first place where `value` differs from `schema`; `undefined` when it fits.
 *
 * Optional fields that hold `null` are removed from `value` on the way, so that a consumer who
 * tests for `undefined` is right whatever the backend's language writes for "nothing".
 */
export function validate(schema: Schema, value: unknown, path = ""): SchemaIssue | undefined {
  const wrong = (): SchemaIssue => ({
    path,
    expected: describe(schema),
    received: nameOf(value),
  });
  switch (schema.kind) {
    case "unknown":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : wrong();
    case "enum":
      return schema.values.includes(value as string) ? undefined : wrong();
    case "nullable":
      return value === null ? undefined : validate(schema.of, value, path);
    case "optional":
      return value === undefined || value === null ? undefined : validate(schema.of, value, path);
    case "array": {
      if (!Array.isArray(value)) return wrong();
      for (let index = 0; index < value.length; index++) {
        const issue = validate(schema.of, value[index], join(path, String(index)));
        if (issue) return issue;
      }
      return undefined;
    }
    case "record": {
      if (!isObject(value)) return wrong();
      for (const key of Object.keys(value)) {
        const issue = validate(schema.of, value[key], join(path, key));
        if (issue) return issue;
      }
      return undefined;
    }
    case "object": {
      if (!isObject(value)) return wrong();
      for (const key of Object.keys(schema.fields)) {
        const field = schema.fields[key] as Schema;
        const inner = Object.hasOwn(value, key) ? value[key] : undefined;
        if (inner === null && field.kind === "optional") delete value[key];
        const issue = validate(field, inner, join(path, key));
        if (issue) return issue;
      }
      return undefined;
    }
    default:
      return typeof value === schema.kind ? undefined : wrong();
  }
}

/** The same judgement as a type guard, for where the reason does not matter. */
export function accepts<S extends Schema>(schema: S, value: unknown): value is Infer<S> {
  return validate(schema, value) === undefined;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
