import type { FastifyInstance, FastifyRequest } from "fastify";
import { exceedsDepth, type Limits } from "../access/limits.ts";
import type { RequestEvent } from "../event.ts";
import { StorageError, StorageFullError } from "../history/store.ts";
import { NativeBodyError, readNativeBody } from "../ingest/native/body.ts";
import { OtlpError } from "../ingest/otlp/error.ts";
import { type IngestResult, type Intake, OverloadedError } from "../intake.ts";
import { late } from "../late.ts";
import { inflateBody, parseJson } from "./body.ts";
import { ProblemError } from "./problem.ts";

export interface IngestOptions {
  readonly intake: Intake;
  readonly limits: Limits;
  readonly now: () => number;
}

const PROTOBUF = "application/x-protobuf";

/** The doors that take finished reports: native events and OTLP traces. */
export function registerIngest(app: FastifyInstance, options: IngestOptions): void {
  const { intake, limits, now } = options;

  app.post("/ingest/requests", async (request, reply) => {
    const text = (await bodyOf(request, limits)).toString("utf8");
    let body: ReturnType<typeof readNativeBody>;
    try {
      body = readNativeBody(text, (part) => parseJson(part, limits), now());
    } catch (error) {
      if (error instanceof NativeBodyError) throw new ProblemError("invalid_body", error.message);
      throw error;
    }
    const { events, rejected } = body;
    const ignored = body.ignored.size > 0 ? { ignored: [...body.ignored] } : {};
    const result = await store(intake, events);
    if (events.length === 0 && rejected.length > 0) {
      const first = rejected[0];
      throw new ProblemError(
        "invalid_events",
        `${rejected.length === 1 ? "The event is" : `All ${rejected.length} events are`} wrong; first: ${first?.error}`,
        { ...result, rejected },
      );
    }
    return reply.code(202).send({ ...result, rejected, ...ignored });
  });

  const otlp = late(() =>
    Promise.all([import("../ingest/otlp/traces.ts"), import("../ingest/otlp/wire.ts")]),
  );
  app.post("/v1/traces", async (request, reply) => {
    const format = otlpFormat(request);
    const [{ decodeTraces }, { encodeStatus, encodeTraceResponse }] = await otlp();
    reply.type(format === "json" ? "application/json" : PROTOBUF);
    try {
      const body = await bodyOf(request, limits);
      if (format === "json" && exceedsDepth(body.toString("latin1"), limits.maxJsonDepth)) {
        throw new OtlpError("body", `JSON nested at most ${limits.maxJsonDepth} deep`, "more");
      }
      const decoded = decodeTraces(body, format);
      await store(intake, decoded.events);
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

function otlpFormat(request: FastifyRequest): "json" | "protobuf" {
  const type = request.headers["content-type"] ?? "";
  if (type.includes("application/json")) return "json";
  if (type.includes(PROTOBUF)) return "protobuf";
  throw new ProblemError(
    "unsupported_media_type",
    `Content-Type is ${JSON.stringify(type.slice(0, 80))}; OTLP comes as application/json or application/x-protobuf`,
  );
}

async function bodyOf(request: FastifyRequest, limits: Limits): Promise<Buffer> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return inflateBody(body, request.headers["content-encoding"], limits);
}

async function store(intake: Intake, events: readonly RequestEvent[]): Promise<IngestResult> {
  try {
    return await intake.ingest(events);
  } catch (error) {
    if (error instanceof OverloadedError) {
      throw new ProblemError(
        "overloaded",
        "Send the same events again later",
        {},
        {
          "retry-after": String(error.retryAfter),
        },
      );
    }
    if (error instanceof StorageFullError) {
      throw new ProblemError(
        "storage_full",
        "Nothing of this body was kept; send it again when there is room",
        {},
        {
          "retry-after": "30",
        },
      );
    }
    if (error instanceof StorageError) {
      throw new ProblemError(
        "storage_failed",
        "Nothing of this body was kept; send it again",
        {},
        {
          "retry-after": "5",
        },
      );
    }
    throw error;
  }
}
