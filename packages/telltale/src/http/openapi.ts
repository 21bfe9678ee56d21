import type { FastifyInstance } from "fastify";
import { late } from "../late.ts";
import { version } from "../package-info.ts";
import { answers, describe, type JsonSchema, type RecordedRoute } from "./describe.ts";

/** `GET /api/openapi.json`: every route of the API, as OpenAPI 3.1. */
export function registerOpenApi(
  app: FastifyInstance,
  routes: () => readonly RecordedRoute[],
): void {
  const document = late(async (): Promise<JsonSchema> => {
    const { openApi } = await import("./openapi/document.ts");
    return openApi(routes(), version);
  });
  app.get(
    "/api/openapi.json",
    describe({
      summary: "This document",
      tag: "server",
      answers: answers("OpenAPI 3.1", { type: "object" }),
    }),
    () => document(),
  );
}
