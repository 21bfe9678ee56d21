import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { originPolicy } from "../src/access/origins.ts";
import { registerDashboard } from "../src/http/dashboard.ts";
import { framedBy, SECURITY_HEADERS } from "../src/http/security-headers.ts";

const friends = ["https://ops.example.com", "http://localhost:3000"];
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "telltale-frames-"));
  await writeFile(join(root, "index.html"), "<!doctype html><title>Telltale</title>");
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function serving(allowed: readonly string[]): Promise<FastifyInstance> {
  const app = Fastify();
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(SECURITY_HEADERS);
  });
  await registerDashboard(app, root, originPolicy({ host: "127.0.0.1", allowed }));
  return app;
}

const ancestors = (policy: unknown): string =>
  /frame-ancestors ([^;]*)$/.exec(String(policy))?.[1] ?? "";

describe("[W4] who may show a page in a frame", () => {
  test.each(["/embed/board", "/embed/panel", "/embed/board?shared=v1.abc"])(
    "%s: this server's pages and allowed origins",
    async (url) => {
      const app = await serving(friends);
      const { headers, statusCode } = await app.inject({ url });
      expect(statusCode).toBe(200);
      expect(ancestors(headers["content-security-policy"])).toBe(`'self' ${friends.join(" ")}`);
      expect(headers["x-frame-options"]).toBeUndefined();
      await app.close();
    },
  );

  test("without allowed origins, this server's own pages alone", async () => {
    const app = await serving([]);
    const { headers } = await app.inject({ url: "/embed/panel" });
    expect(ancestors(headers["content-security-policy"])).toBe("'self'");
    await app.close();
  });

  test.each([
    "/",
    "/index.html",
    "/boards",
    "/settings",
    "/embed",
    "/embed/",
    "/embed/other",
    "/embed/board/",
    "/embed/../boards",
    "/boards?/embed/board",
  ])("%s: nobody", async (url) => {
    const app = await serving(friends);
    const { headers } = await app.inject({ url });
    expect(ancestors(headers["content-security-policy"])).toBe("'none'");
    expect(headers["x-frame-options"]).toBe("DENY");
    await app.close();
  });

  test("the rest of the policy is the same", () => {
    const usual = SECURITY_HEADERS["content-security-policy"];
    expect(framedBy([])).toBe(usual.replace("frame-ancestors 'none'", "frame-ancestors 'self'"));
  });

  test("a name that would end the header's part is left out", () => {
    const allowed = ["https://a.example", "https://b;script-src*", "https://c.example https:"];
    expect(ancestors(framedBy(allowed))).toBe("'self' https://a.example");
  });
});
