import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { exceedsDepth } from "../access/limits.ts";
import type { EngineIntake } from "../engine-sample.ts";
import type { HistoryStore } from "../history/store.ts";
import { OtlpError } from "../ingest/otlp/error.ts";
import type { Signal } from "../ingest/otlp/wire.ts";
import { late } from "../late.ts";
import type { IngestOptions } from "./ingest.ts";
import { bodyOf, stored } from "./intake.ts";
import { ProblemError } from "./problem.ts";

export interface OtlpOptions extends IngestOptions {
  readonly store: HistoryStore;
  /** Who takes in what engines and GPUs say. */
  readonly engineIntake: EngineIntake;
  /** Port that the server listens on; null before it does. */
  readonly port: () => number | null;
}

type Format = "json" | "protobuf";

const PROTOBUF = "application/x-protobuf";

const LOGS_NOTE =
  "Logs are taken and not kept: Telltale counts calls of models from traces (/v1/traces) and metrics (/v1/metrics)";

/** OTLP/HTTP: `POST /v1/traces` (also at Langfuse's path), `/v1/metrics` and `/v1/logs`. */
export function registerOtlp(app: FastifyInstance, options: OtlpOptions): void {
  const { intake, limits, now, engineIntake } = options;
  const traces = late(() => import("../ingest/otlp/traces.ts"));
  const wire = late(() => import("../ingest/otlp/wire.ts"));
  const metrics = late(async () => {
    const [{ decodeMetrics, checkLogs }, { ClientMetrics }, { ServerMetrics }] = await Promise.all([
      import("../ingest/otlp/metrics.ts"),
      import("../ingest/otlp/client-metrics.ts"),
      import("../ingest/otlp/server-metrics.ts"),
    ]);
    const client = new ClientMetrics({
      now,
      hasRequests: (service, since) => hasRequests(options.store, service, since),
      isOwn: (address, port) => port === options.port() && loopback.test(address),
    });
    return { decodeMetrics, checkLogs, client, server: new ServerMetrics() };
  });

  const door = (
    path: string,
    signal: Signal,
    take: (body: Buffer, format: Format) => Promise<{ rejected: number; message: string }>,
  ): void => {
    app.post(path, async (request, reply) => {
      const format = formatOf(request);
      const { encodeResponse } = await wire();
      reply.type(format === "json" ? "application/json" : PROTOBUF);
      try {
        const body = await bodyOf(request, limits);
        if (format === "json" && exceedsDepth(body.toString("latin1"), limits.maxJsonDepth)) {
          throw new OtlpError("body", `JSON nested at most ${limits.maxJsonDepth} deep`, "more");
        }
        const { rejected, message } = await take(body, format);
        return reply.send(encodeResponse(format, signal, rejected, message));
      } catch (error) {
        if (!(error instanceof OtlpError)) throw error;
        return refuse(request, reply, format, error);
      }
    });
  };

  const refuse = async (
    request: FastifyRequest,
    reply: FastifyReply,
    format: Format,
    { message }: OtlpError,
  ): Promise<FastifyReply> => {
    if (format === "protobuf" && request.headers.accept?.includes(PROTOBUF)) {
      const { encodeStatus } = await wire();
      return reply.code(400).send(encodeStatus(message));
    }
    // `message` makes it a google.rpc.Status in JSON as well, as OTLP/HTTP has it.
    throw new ProblemError("invalid_body", message, { message });
  };

  const traceDoor = async (
    body: Buffer,
    format: Format,
  ): Promise<{ rejected: number; message: string }> => {
    const { decodeTraces } = await traces();
    const { events, links, rejectedSpans, errorMessage } = decodeTraces(body, format);
    await stored(intake.ingest(events, links));
    if (events.length > 0) {
      const { client } = await metrics();
      client.spansOf(events.map(({ service }) => service));
    }
    return { rejected: rejectedSpans, message: errorMessage };
  };
  door("/v1/traces", "traces", traceDoor);
  // Langfuse's SDKs, which know only the host of where they send.
  door("/api/public/otel/v1/traces", "traces", traceDoor);

  door("/v1/metrics", "metrics", async (body, format) => {
    const { decodeMetrics, client, server } = await metrics();
    const { points, rejected, errorMessage } = decodeMetrics(body, format);
    await stored(client.requests(points).then((events) => intake.ingest(events)));
    for (const report of server.reports(points, now())) engineIntake.report(report);
    return { rejected, message: errorMessage };
  });

  door("/v1/logs", "logs", async (body, format) => {
    const { checkLogs } = await metrics();
    checkLogs(body, format);
    return { rejected: 0, message: LOGS_NOTE };
  });
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/;

/** Whether calls of `service` have come in otherwise than by its metrics since. */
async function hasRequests(
  store: HistoryStore,
  service: string | null,
  since: number,
): Promise<boolean> {
  if (service === null) return false;
  const { requests } = await store.requests({ service, from: since }, 100);
  return requests.some(({ source }) => source !== "metrics");
}

function formatOf(request: FastifyRequest): Format {
  const type = request.headers["content-type"]?.toLowerCase() ?? "";
  if (type.includes("application/json")) return "json";
  if (type.includes(PROTOBUF)) return "protobuf";
  throw new ProblemError(
    "unsupported_media_type",
    `There is ${type === "" ? "no" : "another"} Content-Type; OTLP comes as application/json or application/x-protobuf`,
  );
}
