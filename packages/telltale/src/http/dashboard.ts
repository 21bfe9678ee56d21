import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { OriginPolicy } from "../access/origins.ts";
import { framedBy } from "./security-headers.ts";

/** Pages of the dashboard are addresses of their own; they all begin with the same document. */
const PAGES = [
  "/models",
  "/models/*",
  "/requests",
  "/requests/*",
  "/errors",
  "/costs",
  "/compare",
  "/alerts",
  "/boards",
  "/system",
  "/settings",
];

/** Read-only, and made to be shown within pages of allowed origins. */
const EMBEDDED_PAGES = ["/embed/board", "/embed/panel"];

/** @param root where the built dashboard is; null when it has not been built */
export async function registerDashboard(
  app: FastifyInstance,
  root: string | null,
  origins: Pick<OriginPolicy, "allowed">,
): Promise<void> {
  if (root === null) {
    app.get("/", (_request, reply) =>
      reply
        .type("text/plain; charset=utf-8")
        .send("The dashboard has not been built: run `npm run build`.\n"),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root,
    wildcard: false,
    // The build writes each text in compressed forms as well.
    preCompressed: true,
    setHeaders: (reply, path) => {
      // Names of built assets carry a hash of their content.
      const immutable = /\/assets\/[^/]+-[\w-]{8}\.\w+(?:\.(?:br|gz))?$/.test(path);
      reply.header("cache-control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
  for (const page of PAGES) app.get(page, (_request, reply) => reply.sendFile("index.html"));
  const framed = framedBy(origins.allowed);
  for (const page of EMBEDDED_PAGES) {
    app.get(page, (_request, reply) =>
      reply
        .header("content-security-policy", framed)
        .removeHeader("x-frame-options")
        .sendFile("index.html"),
    );
  }
}
