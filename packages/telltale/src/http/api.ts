import { array, modelUpdate, object, snapshot, string } from "@telltale/protocol";
import type { FastifyInstance } from "fastify";
import { registerCompare } from "./compare.ts";
import { registerCosts } from "./costs.ts";
import { answers, describe } from "./describe.ts";
import { registerErrors } from "./errors.ts";
import { registerExport } from "./export.ts";
import { registerImport } from "./import.ts";
import { registerRequests } from "./requests.ts";
import { registerSeries } from "./series.ts";
import type { ApiSources } from "./sources.ts";

export type { ApiSources };

/** `GET /api/v1/...`; shapes in docs/api.md. */
export function registerApi(app: FastifyInstance, sources: ApiSources): void {
  app.get(
    "/api/v1/snapshot",
    describe({
      summary: "Everything as it stands now",
      tag: "live",
      answers: answers(
        "The snapshot that a stream begins with",
        object({ ...snapshot.fields, position: string }),
      ),
    }),
    () => sources.snapshot(),
  );

  app.get(
    "/api/v1/models",
    describe({
      summary: "The models of the trailing window",
      tag: "live",
      answers: answers("Models", object({ models: array(modelUpdate) })),
    }),
    () => ({ models: sources.models() }),
  );

  registerRequests(app, sources);
  registerErrors(app, sources);
  registerSeries(app, sources);
  registerCompare(app, sources);
  registerCosts(app, sources);
  registerExport(app, sources);
  registerImport(app, sources);
}
