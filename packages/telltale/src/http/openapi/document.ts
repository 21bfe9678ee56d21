import { z } from "zod";
import type { Answer, JsonSchema, RecordedRoute, RouteDescription, Shape } from "../describe.ts";
import { PROBLEM_TYPE } from "../problem.ts";
import { type Needed, neededScope } from "../scopes.ts";
import { doors } from "./doors.ts";
import { jsonSchemaOf, messageSchemas, withoutDialect } from "./shape.ts";

/** Addresses of the API; the others are the dashboard's pages and files. */
const api = /^\/(?:api|ingest|v1|custom|proxy|metrics|healthz|readyz)(?:\/|$)/;

function isOfApi({ url }: { readonly url: string }): boolean {
  return api.test(url);
}

/** Stands where nobody described a route; a test sees to it that it stands nowhere. */
export const NOT_DESCRIBED = "Not described";

function descriptionOf({ method, url, description }: RecordedRoute): RouteDescription {
  const known = description ?? doors.get(`${method} ${url}`) ?? doors.get(`* ${url}`);
  return known ?? { summary: NOT_DESCRIBED, tag: "server", answers: { 200: { about: "" } } };
}

/** The OpenAPI 3.1 document of these routes. */
export function openApi(routes: readonly RecordedRoute[], version: string): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) {
    if (!isOfApi(route) || !methods.has(route.method)) continue;
    // OpenAPI knows a wild card only as a parameter.
    const path = route.url.replace(/:(\w+)/g, "{$1}").replace(/\*$/, "{rest}");
    const entry = paths[path] ?? {};
    entry[route.method.toLowerCase()] = {
      ...operation(descriptionOf(route), route.method, path),
      ...permission(neededScope(route.method, route.url)),
    };
    paths[path] = entry;
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Telltale",
      version,
      description:
        "See your LLM service as it happens. Times are Unix ms unless said otherwise, durations ms, costs US dollars; null is unknown.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [
      { name: "live", description: "As it stands now" },
      { name: "history", description: "What is stored" },
      { name: "ingest", description: "Sending data" },
      { name: "export", description: "Files out and in" },
      { name: "alerts", description: "Alerts" },
      { name: "settings", description: "Settings" },
      { name: "access", description: "Projects, keys and sessions" },
      { name: "server", description: "The server itself" },
    ],
    paths,
    // Where the server asks for a key; `x-telltale-scope` says which.
    security: [{ bearer: [] }, { key: [] }, { session: [] }, {}],
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "A key, tt_…" },
        key: { type: "apiKey", in: "header", name: "X-Telltale-Key" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "telltale_session",
          description:
            "Set with the port of the address, `telltale_session_8000`; read with or without",
        },
      },
      schemas: { ...messageSchemas(), Problem: problem },
      responses: {
        Problem: {
          description: "An error (RFC 9457); docs/errors.md lists the codes",
          content: {
            [typeName(PROBLEM_TYPE)]: { schema: { $ref: "#/components/schemas/Problem" } },
          },
        },
      },
    },
  };
}

const methods = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

const problem: JsonSchema = {
  type: "object",
  properties: {
    type: { type: "string", description: "urn:telltale:problem:<code>" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    parameter: { type: "string", description: "the wrong query parameter" },
    column: { type: "integer", description: "of a query that can not be read, from 1" },
  },
  required: ["type", "title", "status", "detail"],
};

function permission(needed: Needed): JsonSchema {
  return needed === "open" ? { security: [] } : { "x-telltale-scope": needed };
}

function typeName(type: string): string {
  return type.replace(/;.*$/, "");
}

function operation(described: RouteDescription, method: string, path: string): JsonSchema {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: described.summary,
    ...(described.description && { description: described.description }),
    tags: [described.tag],
    parameters: [...inPath, ...parametersOf(described.query)],
    ...(described.body && {
      requestBody: {
        required: true,
        content: Object.fromEntries(
          Object.entries(described.body).map(([type, shape]) => [
            type,
            { schema: jsonSchemaOf(shape) },
          ]),
        ),
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(described.answers).map(([status, answer]) => [status, response(answer)]),
      ),
      default: { $ref: "#/components/responses/Problem" },
    },
  };
}

function response({ about, body, type = "application/json" }: Answer): JsonSchema {
  const content = (shape: Shape): JsonSchema =>
    Object.fromEntries([type].flat().map((one) => [one, { schema: jsonSchemaOf(shape) }]));
  return { description: about, ...(body && { content: content(body) }) };
}

function parametersOf(query: z.ZodObject | undefined): JsonSchema[] {
  return Object.entries(query?.shape ?? {}).map(([name, field]) => {
    const { description, ...schema } = withoutDialect(
      z.toJSONSchema(field, { io: "input", unrepresentable: "any" }),
    );
    return {
      name,
      in: "query",
      required: !field.safeParse(undefined).success,
      ...(typeof description === "string" && { description }),
      schema,
    };
  });
}
