import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { downSchemas } from "@telltale/protocol";
import Fastify from "fastify";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configSchema } from "../src/config.ts";
import { recordRoutes } from "../src/http/describe.ts";
import { NOT_DESCRIBED, openApi } from "../src/http/openapi/document.ts";
import { type Server, startServer } from "../src/server.ts";

interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Record<string, { readonly content?: object }>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, { readonly properties: object }> };
}

let folder: string;
let server: Server;
let document: Document;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-openapi-"));
  server = await startServer({
    config: configSchema.parse({ port: 0, dataDir: folder, tickMs: 1000 }),
    logger: pino({ level: "silent" }),
  });
  document = await (await fetch(`${server.url}/api/openapi.json`)).json();
}, 60_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const asDocument = (value: unknown): Document => JSON.parse(JSON.stringify(value));

function withoutDescription({ paths }: Pick<Document, "paths">): string[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { summary }]) => summary === NOT_DESCRIBED)
      .map(([method]) => `${method} ${path}`),
  );
}

test("[Q8] the document is valid OpenAPI 3.1", async () => {
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document, null, 2)));
  expect(result).toMatchObject({ valid: true });
  expect(document.openapi).toBe("3.1.0");
});

test("[Q8] every route of the API is described", async () => {
  expect(withoutDescription(document)).toEqual([]);
});

test("a route without a description is named", async () => {
  const app = Fastify();
  const routes = recordRoutes(app);
  app.get("/api/v1/secret/:id", () => "");
  app.get("/models/*", () => "");
  expect(withoutDescription(asDocument(openApi(routes, "0")))).toEqual(["get /api/v1/secret/{id}"]);
  await app.close();
});

test("messages of the stream are its schemas, with the fields they have", () => {
  for (const [type, schema] of downSchemas) {
    const name = type.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
    const { [name]: described } = document.components.schemas;
    if (!described || schema.kind !== "object") continue;
    expect(Object.keys(described.properties).sort()).toEqual(Object.keys(schema.fields).sort());
  }
  expect(document.components.schemas).toHaveProperty("RequestUpdate");
});

test("[Q8] a parameter that the document names is understood, and no other", async () => {
  for (const [path, operations] of Object.entries(document.paths)) {
    const { get } = operations;
    if (!get || !path.startsWith("/api/v1/") || path.includes("{")) continue;
    const names = get.parameters.filter((one) => one.in === "query").map(({ name }) => name);
    if (names.length === 0) continue;
    const answer = await fetch(`${server.url}${path}?surely_not=1`);
    const { detail } = (await answer.json()) as { detail: string };
    expect(answer.status, path).toBe(400);
    if (detail.includes("known are")) expect(detail).toContain(`known are ${names.join(", ")}`);
  }
});

test("docs/api.md names every path that reads, exports or imports", () => {
  const text = readFileSync(new URL("../../../docs/api.md", import.meta.url), "utf8");
  const read = Object.entries(document.paths).filter(([, operations]) =>
    Object.values(operations).some(({ tags }) =>
      ["live", "history", "export"].includes(tags[0] ?? ""),
    ),
  );
  expect(read.length).toBeGreaterThan(12);
  const missing = read.map(([path]) => path.replace(/\{(\w+)\}/g, ":$1"));
  expect(missing.filter((path) => !text.includes(path))).toEqual([]);
});

test("[Q8] a file is answered in a type that the document names", async () => {
  const { responses } = document.paths["/api/v1/export"]?.["get"] ?? {};
  for (const format of ["csv", "json", "ndjson", "parquet"]) {
    const answer = await fetch(`${server.url}/api/v1/export?format=${format}`);
    await answer.arrayBuffer();
    const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
    expect(Object.keys(responses?.["200"]?.content ?? {})).toContain(type);
  }
});
