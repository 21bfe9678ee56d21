import {
  alertUpdate,
  costUpdate,
  errorUpdate,
  init,
  kvCacheUpdate,
  metricsUpdate,
  modelUpdate,
  rateLimitUpdate,
  requestUpdate,
  type Schema,
  systemUpdate,
} from "@telltale/protocol";
import { z } from "zod";
import type { JsonSchema, Shape } from "../describe.ts";

/** Messages of the stream, which many answers are made of. */
const named: ReadonlyMap<Schema, string> = new Map<Schema, string>([
  [requestUpdate, "RequestUpdate"],
  [errorUpdate, "ErrorUpdate"],
  [modelUpdate, "ModelUpdate"],
  [metricsUpdate, "MetricsUpdate"],
  [systemUpdate, "SystemUpdate"],
  [rateLimitUpdate, "RateLimitUpdate"],
  [costUpdate, "CostUpdate"],
  [kvCacheUpdate, "KvCacheUpdate"],
  [alertUpdate, "AlertUpdate"],
  [init, "Init"],
]);

/** `components.schemas` of the messages. */
export function messageSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries(Array.from(named, ([schema, name]) => [name, expanded(schema)]));
}

/** JSON Schema of a shape. */
export function jsonSchemaOf(shape: Shape): JsonSchema {
  if (shape instanceof z.ZodType) {
    return withoutDialect(z.toJSONSchema(shape, { io: "input", unrepresentable: "any" }));
  }
  return isSchema(shape) ? ofSchema(shape) : shape;
}

export function withoutDialect({ $schema: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

const kinds: ReadonlySet<unknown> = new Set([
  "number",
  "string",
  "boolean",
  "enum",
  "array",
  "record",
  "object",
  "nullable",
  "optional",
  "unknown",
] satisfies Schema["kind"][]);

function isSchema(shape: Schema | JsonSchema): shape is Schema {
  return kinds.has(shape.kind);
}

function ofSchema(schema: Schema): JsonSchema {
  const name = named.get(schema);
  return name === undefined ? expanded(schema) : { $ref: `#/components/schemas/${name}` };
}

function expanded(schema: Schema): JsonSchema {
  switch (schema.kind) {
    case "number":
    case "string":
    case "boolean":
      return { type: schema.kind };
    case "enum":
      return { type: "string", enum: schema.values };
    case "array":
      return { type: "array", items: ofSchema(schema.of) };
    case "record":
      return { type: "object", additionalProperties: ofSchema(schema.of) };
    case "nullable":
      return { anyOf: [ofSchema(schema.of), { type: "null" }] };
    case "optional":
      return ofSchema(schema.of);
    case "unknown":
      return {};
    case "object": {
      const fields = Object.entries(schema.fields);
      const required = fields.filter(([, { kind }]) => kind !== "optional").map(([name]) => name);
      return {
        type: "object",
        properties: Object.fromEntries(fields.map(([name, of]) => [name, ofSchema(of)])),
        ...(required.length > 0 && { required }),
      };
    }
  }
}
