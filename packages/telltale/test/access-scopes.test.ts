import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listedScope } from "../src/http/scopes.ts";
import { type GuardedServer, startGuarded } from "./guarded-server.ts";

interface Route {
  readonly method: string;
  /** As Fastify writes it. */
  readonly url: string;
}

let server: GuardedServer;
let routes: Route[];
const keys: Record<string, string> = {};

beforeAll(async () => {
  server = await startGuarded();
  keys["admin"] = server.adminKey;
  for (const scope of ["ingest", "read"]) keys[scope] = (await server.key(scope)).secret;
  // The document is made of the routes as they were registered.
  const { paths } = await server.json<{ paths: Record<string, object> }>("/api/openapi.json", {
    key: server.adminKey,
  });
  routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => ({
      method: method.toUpperCase(),
      url: path.replace("{rest}", "*").replace(/\{(\w+)\}/g, ":$1"),
    })),
  );
}, 60_000);

afterAll(() => server.close(), 60_000);

/** An address that a route answers; what it names is not there, so nothing is changed. */
const addressOf = ({ url }: Route): string =>
  url.replace("/*", "/v1/models").replace(/:\w+/g, "none-such");

const attempt = async (route: Route, key?: string): Promise<{ status: number; type: string }> => {
  const answer = await server.call(addressOf(route), {
    method: route.method,
    ...(key !== undefined && { key }),
    headers: { accept: "text/html", ...(key && { "x-telltale-key": key }) },
  });
  const { type = "" } = (await answer.json().catch(() => ({}))) as { type?: string };
  return { status: answer.status, type: type.replace("urn:telltale:problem:", "") };
};

describe("[A3] every route asks for its scope", () => {
  test("[A3] none was forgotten", () => {
    expect(routes.length).toBeGreaterThan(60);
    const without = routes.filter(({ method, url }) => listedScope(method, url) === undefined);
    expect(without).toEqual([]);
  });

  test("[A3] a route that nobody gave a scope is noticed", () => {
    expect(listedScope("GET", "/api/v1/secrets")).toBeUndefined();
    expect(listedScope("PUT", "/api/v1/snapshot")).toBeUndefined();
    expect(listedScope("POST", "/settings")).toBeUndefined();
    expect(listedScope("GET", "/settings")).toBe("open");
  });

  test("[A3] without a key 401, unless anybody may call it", async () => {
    for (const route of routes) {
      const { status, type } = await attempt(route);
      const name = `${route.method} ${route.url}`;
      if (listedScope(route.method, route.url) === "open") expect(status, name).not.toBe(401);
      else expect({ status, type }, name).toEqual({ status: 401, type: "key_required" });
    }
  }, 60_000);

  test.each(["ingest", "read", "admin"])(
    "[A3] with a key of scope %s what it includes, else 403",
    async (scope) => {
      for (const route of routes) {
        const needed = listedScope(route.method, route.url);
        const { status, type } = await attempt(route, keys[scope]);
        const name = `${route.method} ${route.url} with ${scope}: ${status} ${type}`;
        const may = needed === "open" || needed === scope || scope === "admin";
        if (may) expect(type, name).not.toMatch(/scope_missing|key_required|invalid_key/);
        else expect({ status, type }, name).toEqual({ status: 403, type: "scope_missing" });
      }
    },
    120_000,
  );

  test("[A3] written otherwise, an address asks for the same or is none", async () => {
    for (const path of [
      "/%61pi/v1/snapshot",
      "/api/%76%31/snapshot",
      "//api/v1/snapshot",
      "/API/v1/snapshot",
      "/api/v1/snapshot/",
      "/api/v1/./keys",
      "/x/../api/v1/keys",
      "/%61pi/v1/keys",
      "/metrics%2fstream",
      "/metri%63s",
      "/api;/v1/snapshot",
    ]) {
      const answer = await server.call(path);
      expect([401, 404], path).toContain(answer.status);
      expect(await answer.text(), path).not.toContain("total_requests");
    }
  });

  test("what needs no key: health, readiness, the page, the session", async () => {
    for (const path of ["/healthz", "/readyz", "/", "/api/v1/session"]) {
      expect((await server.call(path)).status, path).toBe(200);
    }
    expect(await server.json("/api/v1/session")).toEqual({
      auth: "required",
      caller: null,
      projects: [],
    });
  });
});
