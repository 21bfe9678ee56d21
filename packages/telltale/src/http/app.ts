import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { OriginPolicy } from "../access/origins.ts";
import type { Alerts } from "../alerts/alerts.ts";
import type { Channels } from "../alerts/channels/schema.ts";
import type { LlmProxy } from "../ingest/proxy/proxy.ts";
import type { Upstream } from "../ingest/proxy/upstream.ts";
import type { EngineView } from "../live/engine-board.ts";
import type { WebSocketDoor } from "../stream/websocket.ts";
import { registerAlertChannels } from "./alert-channels.ts";
import { registerAlerts } from "./alerts.ts";
import { registerApi } from "./api.ts";
import { type BackupSources, registerBackup } from "./backup.ts";
import { registerDashboard } from "./dashboard.ts";
import { recordRoutes } from "./describe.ts";
import { registerEngines } from "./engines.ts";
import { type ExpositionSources, exposition } from "./exposition.ts";
import { alertFamilies } from "./exposition-alerts.ts";
import { EXPOSITION_TYPE } from "./exposition-text.ts";
import { registerIngest } from "./ingest.ts";
import { registerOpenApi } from "./openapi.ts";
import { type OtlpOptions, registerOtlp } from "./otlp.ts";
import { type PriceSources, registerPrices } from "./prices.ts";
import { PROBLEM_TYPE, ProblemError } from "./problem.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import type { ApiSources } from "./sources.ts";
import {
  registerStream,
  STREAM_PATH,
  type StreamSources,
  sourceOf,
  streamRequestOf,
} from "./stream.ts";

export interface AppOptions
  extends BackupSources,
    OtlpOptions,
    PriceSources,
    ApiSources,
    StreamSources {
  readonly logger: FastifyBaseLogger;
  readonly origins: OriginPolicy;
  readonly proxy: LlmProxy;
  readonly upstreams: readonly Upstream[];
  readonly webSocket: () => Promise<WebSocketDoor>;
  /** Where the built dashboard is; null when it has not been built. */
  readonly dashboard: string | null;
  readonly isReady: () => boolean;
  readonly engines: () => EngineView;
  readonly alerts: Alerts;
  readonly channels: Channels;
  readonly exposition: () => ExpositionSources;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Every HTTP route, and the WebSocket upgrade. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.limits.maxBodyBytes,
    // Ids travel in paths; they may be up to 256 characters, each up to nine when encoded.
    routerOptions: { maxParamLength: 4096 },
    forceCloseConnections: true,
  });

  // Bodies are read as they are: the doors judge their form, whatever type they state.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  app.addHook("onRequest", async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const verdict = options.origins.judge(request.headers);
    if (!verdict.ok) throw refused(verdict.reason);
    const { origin } = request.headers;
    if (origin === undefined || !options.origins.allows(origin)) return;
    reply.headers({
      "access-control-allow-origin": origin,
      "cross-origin-resource-policy": "cross-origin",
      vary: "Origin",
    });
    if (request.method === "OPTIONS" && request.headers["access-control-request-method"]) {
      return reply
        .code(204)
        .headers({
          "access-control-allow-methods": METHODS.join(", "),
          "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "*",
          "access-control-max-age": "600",
        })
        .send();
    }
  });

  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, options.limits.maxBodyBytes);
    if (problem.status === 500) request.log.error({ err: error }, "request failed");
    return reply
      .code(problem.status)
      .headers(problem.headers)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problem.body()));
  });

  app.setNotFoundHandler((request) => {
    const path = request.url.split("?")[0] ?? "/";
    const allowed = METHODS.filter((method) => app.findRoute({ method, url: path }) !== null);
    if (allowed.length > 0) {
      throw new ProblemError(
        "method_not_allowed",
        `${request.method} is not understood here; use ${allowed.join(" or ")}`,
        {},
        { allow: allowed.join(", ") },
      );
    }
    throw new ProblemError("not_found", "See docs/api.md for what there is");
  });

  const routes = recordRoutes(app);
  app.get("/healthz", () => ({ status: "ok" }));
  app.get("/readyz", () => {
    if (!options.isReady()) {
      throw new ProblemError("not_ready", "Try again in a moment", {}, { "retry-after": "1" });
    }
    return { status: "ready" };
  });
  app.get("/metrics", (_request, reply) =>
    reply
      .type(EXPOSITION_TYPE)
      .send(exposition(options.exposition()) + alertFamilies(options.alerts)),
  );
  registerStream(app, options);
  registerIngest(app, options);
  registerOtlp(app, options);
  registerApi(app, options);
  registerPrices(app, options);
  registerBackup(app, options);
  registerOpenApi(app, routes);
  registerEngines(app, options.engines);
  registerAlerts(app, { ...options, channels: Object.keys(options.channels) });
  registerAlertChannels(app, { channels: options.channels, outbox: options.alerts.outbox });
  await registerProxy(app, options);
  await registerDashboard(app, options.dashboard, options.origins);

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    // Until the WebSocket takes it over, nobody else listens for a peer that hangs up.
    socket.on("error", () => undefined);
    const path = request.url?.split("?")[0];
    const verdict = options.origins.judge(request.headers);
    try {
      if (path !== STREAM_PATH) {
        throw new ProblemError("not_found", `The stream is at ${STREAM_PATH}`);
      }
      if (!verdict.ok) throw refused(verdict.reason);
      const stream = streamRequestOf(request);
      const source = await sourceOf(stream, options);
      (await options.webSocket()).accept(request, socket, head, stream, source);
    } catch (error) {
      const problem = problemOf(error, options.limits.maxBodyBytes);
      options.logger.warn({ reason: problem.message }, "refused a stream");
      refuseUpgrade(socket, problem);
    }
  };
  app.server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    void upgrade(request, socket, head);
  });
  return app;
}

function refused(reason: string): ProblemError {
  return new ProblemError(
    "forbidden_origin",
    `${reason}. To let a page in, start the server with --allowed-origins and its origin`,
  );
}

function problemOf(error: unknown, maxBodyBytes: number): ProblemError {
  if (error instanceof ProblemError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new ProblemError(
      "body_too_large",
      `A body may have ${maxBodyBytes} bytes; send smaller batches`,
    );
  }
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new ProblemError("invalid_body", error instanceof Error ? error.message : "");
  }
  return new ProblemError("internal", "The fault is logged; the same request may succeed later");
}

/** An upgrade is refused in plain HTTP, before 101. */
function refuseUpgrade(socket: Duplex, problem: ProblemError): void {
  const body = JSON.stringify(problem.body());
  const headers = Object.entries(problem.headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.body().title}\r\n${headers}Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Calls to the proxy keep their bytes: nothing of them is parsed here. */
async function registerProxy(app: FastifyInstance, options: AppOptions): Promise<void> {
  const upstreams = new Map(options.upstreams.map((upstream) => [upstream.name, upstream]));
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, parsed) => parsed(null));
    scope.all<{ Params: { name: string } }>("/proxy/:name/*", async (request, reply) => {
      const upstream = upstreams.get(request.params.name);
      if (upstream === undefined) {
        throw new ProblemError(
          "unknown_upstream",
          `Configured are ${[...upstreams.keys()].join(", ")}; TELLTALE_PROXY_<NAME>_URL adds one`,
        );
      }
      reply.hijack();
      const path = (request.raw.url ?? "").slice(`/proxy/${upstream.name}`.length);
      await options.proxy.handle(request.raw, reply.raw, upstream, path);
    });
    done();
  });
}
