import type { Schema } from "@telltale/protocol";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";

/** JSON Schema as it stands, for what the others can not say. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** The form of a body: a schema of the protocol, of zod, or JSON Schema. */
export type Shape = Schema | z.ZodType | JsonSchema;

export interface Answer {
  readonly about: string;
  /** By content type; `application/json` when it is a shape alone. */
  readonly body?: Shape;
  /** One, or each of those that the answer may have. */
  readonly type?: string | readonly string[];
}

/** What `/api/openapi.json` says about a route. */
export interface RouteDescription {
  /** One line. */
  readonly summary: string;
  readonly tag:
    | "live"
    | "history"
    | "ingest"
    | "export"
    | "alerts"
    | "settings"
    | "access"
    | "server";
  readonly description?: string;
  /** The schema that the route reads its query with. */
  readonly query?: z.ZodObject;
  /** Body of the request, by content type. */
  readonly body?: Readonly<Record<string, Shape>>;
  /** By status; errors are problem details and need no entry. */
  readonly answers: Readonly<Record<number, Answer>>;
}

declare module "fastify" {
  interface FastifyContextConfig {
    openapi?: RouteDescription;
  }
}

/**
 * Options of a route that describe it: `app.get(path, describe({ … }), handler)`. Every route of the
 * API has one; a test looks for those that do not.
 */
export function describe(openapi: RouteDescription): { config: { openapi: RouteDescription } } {
  return { config: { openapi } };
}

/** One answer of JSON. */
export function answers(
  about: string,
  body: Shape,
  status = 200,
): Readonly<Record<number, Answer>> {
  return { [status]: { about, body } };
}

export interface RecordedRoute {
  readonly method: string;
  /** As Fastify writes it, such as `/api/v1/requests/:id`. */
  readonly url: string;
  readonly description: RouteDescription | undefined;
}

/** Notes every route that is registered from now on. */
export function recordRoutes(app: FastifyInstance): readonly RecordedRoute[] {
  const routes: RecordedRoute[] = [];
  app.addHook("onRoute", ({ method, url, config }) => {
    for (const one of [method].flat()) {
      if (one !== "HEAD") routes.push({ method: one, url, description: config?.openapi });
    }
  });
  return routes;
}
