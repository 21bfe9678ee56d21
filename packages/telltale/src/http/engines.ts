import type { FastifyInstance } from "fastify";
import type { EngineView } from "../live/engine-board.ts";

/** `GET /api/v1/engines`: the engines as they are and were in the last five minutes, and the scrape targets. */
export function registerEngines(app: FastifyInstance, view: () => EngineView): void {
  app.get("/api/v1/engines", () => view());
}
