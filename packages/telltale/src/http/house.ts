import type { FastifyInstance } from "fastify";
import { registerDashboard } from "./dashboard.ts";
import { recordRoutes } from "./describe.ts";
import { guard } from "./guard.ts";
import type { HouseOptions } from "./house-options.ts";
import { createInstance } from "./instance.ts";
import { registerKeys } from "./keys.ts";
import { registerOpenApi } from "./openapi.ts";
import { ProblemError } from "./problem.ts";
import { registerProjects } from "./projects.ts";
import { registerSession } from "./session.ts";

/** The routes that belong to no project: who one is, what there is, the dashboard's files. */
export async function createHouse(options: HouseOptions): Promise<FastifyInstance> {
  const app = createInstance({
    logger: options.logger,
    maxBodyBytes: options.limits.maxBodyBytes,
  });
  guard(app, options);
  const routes = recordRoutes(app);
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", () => {
    if (!options.isReady()) {
      throw new ProblemError("not_ready", "Try again in a moment", {}, { "retry-after": "1" });
    }
    return { status: "ready" };
  });
  registerSession(app, options);
  registerProjects(app, options);
  registerKeys(app, options);
  registerOpenApi(app, () => [...options.projectRoutes, ...routes]);
  await registerDashboard(app, options.dashboard, options.origins);
  await app.ready();
  return app;
}
