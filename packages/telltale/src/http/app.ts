import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { Alerts } from "../alerts/alerts.ts";
import type { Channels } from "../alerts/channels/schema.ts";
import type { HostMoment } from "../host/history.ts";
import type { LlmProxy } from "../ingest/proxy/proxy.ts";
import type { Upstream } from "../ingest/proxy/upstream.ts";
import type { EngineView } from "../live/engine-board.ts";
import { registerAlertChannels } from "./alert-channels.ts";
import { registerAlerts } from "./alerts.ts";
import { registerApi } from "./api.ts";
import { type BackupSources, registerBackup } from "./backup.ts";
import { type BoardsOptions, registerBoards } from "./boards.ts";
import { type RecordedRoute, recordRoutes } from "./describe.ts";
import { registerEngines } from "./engines.ts";
import { type ExpositionSources, exposition } from "./exposition.ts";
import { alertFamilies } from "./exposition-alerts.ts";
import { EXPOSITION_TYPE } from "./exposition-text.ts";
import { type GuardOptions, guard } from "./guard.ts";
import { registerHost } from "./host.ts";
import { registerIngest } from "./ingest.ts";
import { createInstance } from "./instance.ts";
import { type OtlpOptions, registerOtlp } from "./otlp.ts";
import { type PriceSources, registerPrices } from "./prices.ts";
import { ProblemError } from "./problem.ts";
import { type RetentionSources, registerRetention } from "./retention.ts";
import type { ApiSources } from "./sources.ts";
import { registerStream, type StreamOptions } from "./stream.ts";

export interface AppOptions
  extends BackupSources,
    BoardsOptions,
    OtlpOptions,
    PriceSources,
    RetentionSources,
    ApiSources,
    StreamOptions,
    GuardOptions {
  readonly logger: FastifyBaseLogger;
  readonly proxy: LlmProxy;
  readonly upstreams: readonly Upstream[];
  readonly engines: () => EngineView;
  readonly host: () => readonly HostMoment[];
  readonly alerts: Alerts;
  readonly channels: Channels;
  readonly exposition: () => ExpositionSources;
}

export interface App {
  readonly app: FastifyInstance;
  readonly routes: readonly RecordedRoute[];
}

/**
 * Every route to the data of one project. They can only reach what they were made with, so none can
 * show another project's.
 */
export async function createApp(options: AppOptions): Promise<App> {
  const app = createInstance({
    logger: options.logger,
    maxBodyBytes: options.limits.maxBodyBytes,
  });
  guard(app, options);
  const routes = recordRoutes(app);
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
  registerRetention(app, options);
  registerBoards(app, options);
  registerEngines(app, options.engines);
  registerHost(app, options.host);
  registerAlerts(app, { ...options, channels: Object.keys(options.channels) });
  registerAlertChannels(app, { channels: options.channels, outbox: options.alerts.outbox });
  await registerProxy(app, options);
  await app.ready();
  return { app, routes };
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
