import type { FastifyInstance, FastifyRequest } from "fastify";
import { exceedsDepth } from "../access/limits.ts";
import { OtlpError } from "../ingest/otlp/error.ts";
import { late } from "../late.ts";
import type { IngestOptions } from "./ingest.ts";
import { bodyOf, stored } from "./intake.ts";
import { ProblemError } from "./problem.ts";

type Format = "json" | "protobuf";

const PROTOBUF = "application/x-protobuf";

/** OTLP/HTTP: `POST /v1/traces`. */
export function registerOtlp(app: FastifyInstance, options: IngestOptions): void {
  const { intake, limits } = options;

  const otlp = late(() =>
    Promise.all([import("../ingest/otlp/traces.ts"), import("../ingest/otlp/wire.ts")]),
  );

  app.post("/v1/traces", async (request, reply) => {
    const format = formatOf(request);
    const [{ decodeTraces }, { encodeStatus, encodeTraceResponse }] = await otlp();
    reply.type(format === "json" ? "application/json" : PROTOBUF);
    try {
      const body = await bodyOf(request, limits);
      if (format === "json" && exceedsDepth(body.toString("latin1"), limits.maxJsonDepth)) {
        throw new OtlpError("body", `JSON nested at most ${limits.maxJsonDepth} deep`, "more");
      }
      const decoded = decodeTraces(body, format);
      await stored(intake.ingest(decoded.events, decoded.links));
      return reply.send(encodeTraceResponse(format, decoded.rejectedSpans, decoded.errorMessage));
    } catch (error) {
      if (!(error instanceof OtlpError)) throw error;
      if (format === "protobuf" && request.headers.accept?.includes(PROTOBUF)) {
        return reply.code(400).send(encodeStatus(error.message));
      }
      // `message` makes it a google.rpc.Status in JSON as well, as OTLP/HTTP has it.
      throw new ProblemError("invalid_body", error.message, { message: error.message });
    }
  });
}

function formatOf(request: FastifyRequest): Format {
  const type = request.headers["content-type"] ?? "";
  if (type.includes("application/json")) return "json";
  if (type.includes(PROTOBUF)) return "protobuf";
  throw new ProblemError(
    "unsupported_media_type",
    `Content-Type is ${JSON.stringify(type.slice(0, 80))}; OTLP comes as application/json or application/x-protobuf`,
  );
}
