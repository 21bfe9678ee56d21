import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Snapshot } from "@telltale/protocol";
import type { Logger } from "pino";
import { originPolicy } from "./access/origins.ts";
import { Alerts } from "./alerts/alerts.ts";
import { systemClock } from "./alerts/clock.ts";
import type { RuleInput } from "./alerts/rule.ts";
import { type Config, limitsOf, upstreamsOf } from "./config.ts";
import { openDuckdbStore } from "./history/duckdb/store.ts";
import { keepHouse } from "./history/retention.ts";
import { createHostSampler } from "./host/sampler.ts";
import type { Scraper } from "./ingest/prometheus/scraper.ts";
import { type ScrapeTarget, targetOf } from "./ingest/prometheus/target.ts";
import { createLateProxy } from "./ingest/proxy/late-proxy.ts";
import type { Upstream } from "./ingest/proxy/upstream.ts";
import { late } from "./late.ts";
import { Accounts } from "./live/accounts/accounts.ts";
import { EngineBoard } from "./live/engine-board.ts";
import { RequestCounters } from "./live/request-counters.ts";
import { Seen } from "./live/seen.ts";
import { LiveState, type Surroundings } from "./live/state.ts";
import { dashboardRoot, version } from "./package-info.ts";
import { Pipeline } from "./pipeline.ts";
import { PricesFile } from "./pricing/prices-file.ts";
import { recall } from "./recall.ts";
import { Hub } from "./stream/hub.ts";
import { systemClock as replayClock } from "./stream/replay/clock.ts";
import { Replays } from "./stream/replay/replays.ts";

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
/** Time that running proxied calls have to end when the server stops, ms. */
const DRAIN = 5000;
/** What is large and not needed to begin with is loaded so long after the server is ready, ms. */
const WARM_UP_DELAY = 250;
const MAX_BATCH = 10_000;
/** How often it is looked whether the price file has changed, ms. */
const PRICES_INTERVAL = 2000;
/** Time between two looks at what is to be kept no longer, ms. */
const HOUSEKEEPING = 3_600_000;
/** Least time between looks of one alert rule at the history, ms. */
const ALERT_HISTORY_INTERVAL = 10_000;

export interface Server {
  /** Address without a trailing slash, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Finishes what has begun, stores what was taken, closes. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly config: Config;
  readonly logger: Logger;
  /** Upstreams besides the configured ones; the demo brings its own. */
  readonly moreUpstreams?: readonly Upstream[];
  /** Scrape targets besides the configured ones; the demo brings its own. */
  readonly moreTargets?: readonly ScrapeTarget[];
  /** Alert rules to begin with where the data directory has none yet; the demo brings its own. */
  readonly starterRules?: readonly RuleInput[];
}

/**
 * Builds everything from one config and starts it: store, live state from the store, doors.
 *
 * @throws {StorageError} when the data directory can not be used; an Error with `code` EADDRINUSE
 *   when the port is taken.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { config, logger, moreUpstreams = [], moreTargets = [], starterRules = [] } = options;
  const now = Date.now;
  const startedAt = now();
  const pricesFile = config.pricesFile === "" ? null : config.pricesFile;
  const ownPrices = pricesFile === null ? null : await PricesFile.open(pricesFile, logger);
  mkdirSync(config.dataDir, { recursive: true });
  const opening = openDuckdbStore({
    path: join(config.dataDir, "history.duckdb"),
    memoryLimit: config.memoryLimit,
    damagedLog: config.damagedLog,
  });
  // The history opens in its worker while this thread loads what is large.
  const app = import("./http/app.ts");
  const store = await opening;

  const liveOptions = {
    windowSeconds: config.windowSeconds,
    recent: config.recentRequests,
    inFlightPatience: config.inFlightTimeoutMs,
  };
  const live = new LiveState(liveOptions);
  const seen = new Seen();
  const accounts = new Accounts();
  const restored = await store.restore({
    windowFrom: startedAt - config.windowSeconds * 1000,
    costsFrom: startedAt - DAY,
    recent: config.recentRequests,
  });
  const { createApp } = await app;
  // A day of ids may take a second. Reports are taken from the start, and judged when all are known.
  const known = recall({ store, seen, accounts, from: startedAt - DAY, pause: setImmediate });
  for (const event of restored.inProgress) seen.running(event, startedAt);
  live.restore(restored, startedAt);

  const pricing = late(async () => {
    const { createPricing } = await import("./pricing/pricing.ts");
    return createPricing(() => ownPrices?.prices ?? null);
  });
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

  const host = createHostSampler({ dataDir: config.dataDir });
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
    folder: join(config.dataDir, "alerts"),
    store,
    channels: config.channels,
    windowSeconds: config.windowSeconds,
    tickMs: config.tickMs,
    historyInterval: ALERT_HISTORY_INTERVAL,
    clock: systemClock,
    newId,
    starters: starterRules,
    log: logger,
    tell: (update) => hub.alert(update),
  });
  pipeline.tell(alerts);

  const limits = limitsOf(config);
  const webSocket = late(async () => {
    const { createWebSocketDoor } = await import("./stream/websocket.ts");
    return createWebSocketDoor({ limits, now });
  });
  const upstreams = [...upstreamsOf(config), ...moreUpstreams];
  const proxy = createLateProxy({
    upstreams,
    intake: pipeline,
    now,
    newId: randomUUID,
    maxBodyBytes: config.maxProxyBodyBytes,
    progressIntervalMs: 100,
    log: logger,
  });
  let ready = false;
  const http = await createApp({
    intake: pipeline,
    store,
    limits,
    now,
    logger,
    origins: originPolicy(config.host, config.allowedOrigins),
    proxy,
    upstreams,
    pricing,
    pricesFile,
    engineIntake: board.intake,
    hub,
    replays,
    webSocket,
    dashboard: dashboardRoot(),
    isReady: () => ready,
    dataDir: config.dataDir,
    snapshot: () => ({ ...snapshot(), position: hub.position }),
    models: () => live.models(now()),
    errors: () => live.errors(),
    running: () => live.running(),
    alerts,
    channels: config.channels,
    engines: () => board.view(scraper?.targets() ?? []),
    exposition: () => ({
      snapshot: snapshot(),
      counters,
      queuedEvents: pipeline.queued,
      uptimeSeconds: (now() - startedAt) / 1000,
      historyBytes: bytesOf(join(config.dataDir, "history.duckdb")),
      version,
    }),
  });
  try {
    await http.listen({ host: config.host, port: config.port });
  } catch (error) {
    host.close();
    await proxy.close();
    await alerts.close();
    await store.close();
    throw error;
  }

  const tick = (): void => {
    const around = { host: host.sample(), inFlight: live.inFlight };
    const system = board.tick({ ...around, targets: scraper?.targets() ?? [] }, now());
    const figures = live.tick(now(), surroundings());
    hub.tick(figures, system);
    const { kvCache, rateLimits } = board;
    alerts.tick({ ...figures, system, kvCache, rateLimits });
    hub.heartbeat();
  };
  const targets = [...config.scrape.map(targetOf), ...moreTargets];
  if (targets.length > 0) {
    const { startScraper } = await import("./ingest/prometheus/scraper.ts");
    scraper = startScraper({ targets, intake: board.intake, log: logger });
  }
  tick();
  const ticker = setInterval(tick, config.tickMs);
  const priceReader = ownPrices && setInterval(() => void ownPrices.refresh(), PRICES_INTERVAL);
  const forgetter = setInterval(() => {
    seen.forget(now());
    accounts.forget(now());
  }, 3_600_000);
  const stopHousekeeping = keepHouse({
    store,
    retention: {
      days: config.retentionDays,
      sumDays: config.sumRetentionDays,
      bytes: config.retentionBytes,
    },
    now,
    every: HOUSEKEEPING,
    failed: (error) => logger.error(error, "what is old could not be forgotten; it is tried again"),
  });
  ready = true;
  // Whoever needs it is told of a failure.
  known().catch(() => undefined);
  const warmUp = async (): Promise<void> => {
    await pricing();
    await webSocket();
    await proxy.load();
  };
  const warmingUp = setTimeout(() => void warmUp(), WARM_UP_DELAY);

  return {
    url: addressOf(http.server.address()),
    async stop() {
      ready = false;
      clearInterval(ticker);
      clearInterval(forgetter);
      if (priceReader) clearInterval(priceReader);
      clearTimeout(warmingUp);
      stopHousekeeping();
      scraper?.stop();
      http.server.close();
      await proxy.close(DRAIN);
      hub.close();
      replays.close();
      await http.close();
      (await webSocket()).close();
      await pipeline.drain();
      await alerts.close();
      host.close();
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

function addressOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === "string") return String(address);
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
