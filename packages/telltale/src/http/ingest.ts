import type { FastifyInstance } from "fastify";
import type { Limits } from "../access/limits.ts";
import { readNativeBody } from "../ingest/native/body.ts";
import type { Intake } from "../intake.ts";
import { late } from "../late.ts";
import { parseJson } from "./body.ts";
import { answerOf, bodyOf, readable, stored } from "./intake.ts";

export interface IngestOptions {
  readonly intake: Intake;
  readonly limits: Limits;
  readonly now: () => number;
}

/** Helicone's own path, so that a client only changes its host, and one that says whose it is. */
const HELICONE = ["/custom/v1/log", "/ingest/helicone", "/ingest/helicone/custom/v1/log"];

/** The doors that take reports in JSON: native events, LiteLLM's callback, Helicone's manual log. */
export function registerIngest(app: FastifyInstance, options: IngestOptions): void {
  const { intake, limits, now } = options;
  const parse = (text: string): unknown => parseJson(text, limits);

  app.post("/ingest/requests", async (request, reply) => {
    const text = (await bodyOf(request, limits)).toString("utf8");
    const body = readable(() => readNativeBody(text, parse, now()));
    const result = await stored(intake.ingest(body.events));
    return reply.code(202).send(answerOf(result, body));
  });

  const litellm = late(() => import("../ingest/litellm/body.ts"));
  app.post("/ingest/litellm", async (request, reply) => {
    const { readLitellmBody } = await litellm();
    const text = (await bodyOf(request, limits)).toString("utf8");
    const body = readable(() => readLitellmBody(text, parse, now()));
    const result = await stored(intake.ingest(body.events));
    for (const update of body.rateLimits) intake.rateLimit(update);
    return reply.code(202).send(answerOf(result, body));
  });

  const helicone = late(() => import("../ingest/helicone/body.ts"));
  for (const path of HELICONE) {
    app.post(path, async (request, reply) => {
      const { readHeliconeBody } = await helicone();
      const text = (await bodyOf(request, limits)).toString("utf8");
      const body = readable(() => readHeliconeBody(text, parse, request.headers, now()));
      const result = await stored(intake.ingest(body.events));
      return reply.code(202).send(answerOf(result, body));
    });
  }
}
