import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Snapshot } from "@telltale/protocol";
import type { FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { Pass } from "../access/passes.ts";
import { Alerts } from "../alerts/alerts.ts";
import { systemClock } from "../alerts/clock.ts";
import type { RuleInput } from "../alerts/rule.ts";
import { type Config, limitsOf } from "../config.ts";
import { openDuckdbStore } from "../history/duckdb/store.ts";
import { keepHouse, type Retention } from "../history/retention.ts";
import type { HostHistory } from "../host/history.ts";
import type { HostSample } from "../host/sampler.ts";
import type { RecordedRoute } from "../http/describe.ts";
import type { OpenProject } from "../http/front.ts";
import type { GuardOptions } from "../http/guard.ts";
import { sourceOf } from "../http/stream.ts";
import { IdFolder } from "../ids/folder.ts";
import type { Scraper } from "../ingest/prometheus/scraper.ts";
import type { ScrapeTarget } from "../ingest/prometheus/target.ts";
import { createLateProxy } from "../ingest/proxy/late-proxy.ts";
import type { Upstream } from "../ingest/proxy/upstream.ts";
import { Accounts } from "../live/accounts/accounts.ts";
import { EngineBoard } from "../live/engine-board.ts";
import { RequestCounters } from "../live/request-counters.ts";
import { Seen } from "../live/seen.ts";
import { LiveState, type Surroundings } from "../live/state.ts";
import { version } from "../package-info.ts";
import { Pipeline } from "../pipeline.ts";
import type { Pricing } from "../pricing/pricing.ts";
import { recall } from "../recall.ts";
import { ProjectBoards } from "../settings/boards.ts";
import { Hub } from "../stream/hub.ts";
import { systemClock as replayClock } from "../stream/replay/clock.ts";
import { Replays } from "../stream/replay/replays.ts";

const DAY = 86_400_000;
const FLUSH_INTERVAL = 50;
const HEARTBEAT_INTERVAL = 15_000;
const MAX_EVENTS_PER_TICK = 200;
const REPLAY_EVENTS = 10_000;
/** Replays of the past at once, and events that each holds for those who come back. */
const MOST_REPLAYS = 20;
const EVENTS_OF_A_REPLAY = 1000;
/** One that stands still is not to be taken for a link that delivers nothing. */
const HEARTBEAT_OF_A_REPLAY = 5000;
const MAX_BATCH = 10_000;
/** Time between two looks at what is to be kept no longer, ms. */
const HOUSEKEEPING = 3_600_000;
/** Least time between looks of one alert rule at the history, ms. */
const ALERT_HISTORY_INTERVAL = 10_000;

/** What the projects of a server have in common; no data of any of them. */
export interface Shared {
  readonly config: Config;
  readonly logger: Logger;
  readonly now: () => number;
  readonly guard: GuardOptions;
  readonly pass: (request: FastifyRequest) => Pass;
  readonly pricing: () => Promise<Pricing>;
  readonly pricesFile: string | null;
  readonly hostHistory: HostHistory;
  readonly upstreams: readonly Upstream[];
  readonly port: () => number | null;
}

export interface ProjectOptions {
  readonly shared: Shared;
  /** Its own; nobody else's files are below. */
  readonly folder: string;
  /** Most memory and threads of its history. */
  readonly memoryLimit: string;
  readonly threads?: number | undefined;
  readonly targets: readonly ScrapeTarget[];
  /** Alert rules to begin with where it has none yet. */
  readonly starterRules: readonly RuleInput[];
}

/** One project, open: everything that holds data of it, and the routes to that. */
export interface Project extends OpenProject {
  readonly routes: readonly RecordedRoute[];
  /** Once per tick: figures out, alerts judged. */
  tick(host: HostSample): void;
  /** Drops what is only known to tell repeats, when it is old. */
  forget(): void;
  /** Whether something of it runs by itself, or somebody uses it now. */
  readonly isBusy: boolean;
  /** Loads what is large and not needed to begin with. */
  warmUp(): Promise<void>;
  /** Lets running calls end for up to `grace` ms, stores what was taken, closes. */
  close(grace: number): Promise<void>;
}

/**
 * Opens a project. Nothing that is built here is reachable from elsewhere but through what it returns,
 * which is what keeps projects apart.
 *
 * @throws {StorageError} when its folder can not be used
 */
export async function openProject(options: ProjectOptions): Promise<Project> {
  const { shared, folder, targets } = options;
  const { config, logger, now, pricing, upstreams } = shared;
  const startedAt = now();
  mkdirSync(folder, { recursive: true });
  const opening = openDuckdbStore({
    path: join(folder, "history.duckdb"),
    memoryLimit: options.memoryLimit,
    threads: options.threads,
    damagedLog: config.damagedLog,
  });
  // The history opens in its worker while this thread loads what is large.
  const app = import("../http/app.ts");
  const store = await opening;

  const liveOptions = {
    windowSeconds: config.windowSeconds,
    recent: config.recentRequests,
    inFlightPatience: config.inFlightTimeoutMs,
  };
  const live = new LiveState(liveOptions);
  const ids = new IdFolder({
    path: join(folder, "ids"),
    pause: setImmediate,
    warn: (error, what) => logger.warn(error, what),
    lost: async ({ from, to }) => {
      for (const some of await store.storedIds([{ from, to }])) seen.restore(some);
    },
  });
  const seen = new Seen({ archive: ids, pause: setImmediate });
  const accounts = new Accounts();
  const restored = await store.restore({
    windowFrom: startedAt - config.windowSeconds * 1000,
    costsFrom: startedAt - DAY,
    recent: config.recentRequests,
  });
  const { createApp } = await app;
  // A day of ids may take a second. Reports are taken from the start, and judged when all are known.
  const known = recall({
    store,
    archive: ids,
    seen,
    accounts,
    from: startedAt - DAY,
    pause: setImmediate,
  });
  for (const event of restored.inProgress) seen.running(event, startedAt);
  live.restore(restored, startedAt);

  const pipeline = new Pipeline({
    store,
    live,
    seen,
    accounts,
    known,
    pricing,
    now,
    maxQueued: config.maxQueuedEvents,
    maxBatch: MAX_BATCH,
  });

  const board = new EngineBoard(config.windowSeconds, {
    kvCache: (update) => hub.kvCache(update),
    rateLimit: (update) => hub.rateLimit(update),
  });
  let scraper: Scraper | undefined;
  const surroundings = (): Surroundings => ({
    system: board.system,
    activeConnections: hub.size,
    kvCache: board.kvCache,
    rateLimits: board.rateLimits,
  });
  const snapshot = (): Snapshot => ({
    ...live.snapshot(now(), surroundings()),
    alerts: alerts.current(),
  });
  const newId = (): string => randomBytes(8).toString("hex");
  const hubOptions = {
    version,
    maxEventsPerTick: MAX_EVENTS_PER_TICK,
    replayEvents: REPLAY_EVENTS,
    flushInterval: FLUSH_INTERVAL,
    heartbeatInterval: HEARTBEAT_INTERVAL,
    maxQueueBytes: config.maxQueueBytes,
    stallTimeout: config.stallTimeoutMs,
  };
  const hub = new Hub({ ...hubOptions, epoch: newId(), now, snapshot });
  const replays = new Replays({
    store,
    live: liveOptions,
    hub: {
      ...hubOptions,
      replayEvents: EVENTS_OF_A_REPLAY,
      heartbeatInterval: HEARTBEAT_OF_A_REPLAY,
    },
    clock: replayClock,
    most: MOST_REPLAYS,
    newId,
    failed: (error) => logger.warn(error, "a replay could not read the history"),
  });
  const counters = new RequestCounters();
  pipeline.tell(hub);
  pipeline.tell(counters);
  const alerts = await Alerts.open({
    folder: join(folder, "alerts"),
    store,
    channels: config.channels,
    windowSeconds: config.windowSeconds,
    tickMs: config.tickMs,
    historyInterval: ALERT_HISTORY_INTERVAL,
    clock: systemClock,
    newId,
    starters: options.starterRules,
    log: logger,
    tell: (update) => hub.alert(update),
  });
  pipeline.tell(alerts);

  const boards = await ProjectBoards.open(join(folder, "boards.json"), now);
  if (boards.damage !== null) logger.error({}, boards.damage);

  const proxy = createLateProxy({
    upstreams,
    intake: pipeline,
    now,
    newId: randomUUID,
    maxBodyBytes: config.maxProxyBodyBytes,
    progressIntervalMs: 100,
    log: logger,
  });
  const retention: Retention = {
    days: config.retentionDays,
    sumDays: config.sumRetentionDays,
    bytes: config.retentionBytes,
  };
  const http = await createApp({
    ...shared.guard,
    intake: pipeline,
    store,
    retention,
    limits: limitsOf(config),
    now,
    logger,
    proxy,
    upstreams,
    pricing,
    pricesFile: shared.pricesFile,
    engineIntake: board.intake,
    port: shared.port,
    hub,
    replays,
    pass: shared.pass,
    dataDir: folder,
    snapshot: () => ({ ...snapshot(), position: hub.position }),
    models: () => live.models(now()),
    errors: () => live.errors(),
    running: () => live.running(),
    alerts,
    boards,
    channels: config.channels,
    engines: () => board.view(scraper?.targets() ?? []),
    host: () => shared.hostHistory.moments,
    exposition: () => ({
      snapshot: snapshot(),
      counters,
      queuedEvents: pipeline.queued,
      uptimeSeconds: (now() - startedAt) / 1000,
      historyBytes: bytesOf(join(folder, "history.duckdb")),
      version,
    }),
  });
  if (targets.length > 0) {
    const { startScraper } = await import("../ingest/prometheus/scraper.ts");
    scraper = startScraper({ targets, intake: board.intake, log: logger });
  }
  const stopHousekeeping = keepHouse({
    store,
    retention,
    now,
    every: HOUSEKEEPING,
    failed: (error) => logger.error(error, "what is old could not be forgotten; it is tried again"),
  });
  let requests = 0;

  return {
    routes: http.routes,
    handle(request: IncomingMessage, response: ServerResponse) {
      requests++;
      response.once("close", () => {
        requests--;
      });
      http.app.routing(request, response);
    },
    source: (stream) => sourceOf(stream, { hub, replays }),
    tick(host) {
      const around = { host, inFlight: live.inFlight };
      const system = board.tick({ ...around, targets: scraper?.targets() ?? [] }, now());
      const figures = live.tick(now(), surroundings());
      hub.tick(figures, system);
      const { kvCache, rateLimits } = board;
      alerts.tick({ ...figures, system, kvCache, rateLimits });
      hub.heartbeat();
    },
    forget() {
      void seen.forget(now());
      accounts.forget(now());
    },
    get isBusy() {
      return (
        requests > 0 ||
        hub.size > 0 ||
        replays.size > 0 ||
        pipeline.queued > 0 ||
        targets.length > 0 ||
        alerts.rules.rules.length > 0 ||
        alerts.current().length > 0
      );
    },
    async warmUp() {
      // Whoever needs it is told of a failure.
      known().catch(() => undefined);
      await proxy.load();
    },
    async close(grace) {
      stopHousekeeping();
      scraper?.stop();
      await proxy.close(grace);
      hub.close();
      replays.close();
      await http.app.close();
      await pipeline.drain();
      await alerts.close();
      await seen.settle();
      await store.close();
    },
  };
}

/** The file and what waits to be put into it; null when there is none. */
function bytesOf(file: string): number | null {
  const sizes = [file, `${file}.wal`].flatMap(
    (path) => statSync(path, { throwIfNoEntry: false })?.size ?? [],
  );
  return sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0);
}
