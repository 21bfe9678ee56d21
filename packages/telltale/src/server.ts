import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { Access } from "./access/access.ts";
import { Attempts } from "./access/attempts.ts";
import { DEFAULT_PROJECT, type Scope } from "./access/book.ts";
import { AccessFile } from "./access/file.ts";
import { originPolicy } from "./access/origins.ts";
import { Passes } from "./access/passes.ts";
import { whereaboutsOf } from "./access/proxies.ts";
import type { RuleInput } from "./alerts/rule.ts";
import { type Config, isKeyRequired, limitsOf, upstreamsOf } from "./config.ts";
import { HostHistory } from "./host/history.ts";
import { createHostSampler } from "./host/sampler.ts";
import { Admissions, callerOf } from "./http/admission.ts";
import { listen } from "./http/listen.ts";
import { ProblemError } from "./http/problem.ts";
import { type ScrapeTarget, targetOf } from "./ingest/prometheus/target.ts";
import type { Upstream } from "./ingest/proxy/upstream.ts";
import { late } from "./late.ts";
import { dashboardRoot, version } from "./package-info.ts";
import { PricesFile } from "./pricing/prices-file.ts";
import { openProject, type Shared } from "./project/open.ts";
import { NoProjectError, Projects } from "./project/projects.ts";

/** Time that running proxied calls have to end when the server stops, ms. */
const DRAIN = 5000;
/** What is large and not needed to begin with is loaded so long after the server is ready, ms. */
const WARM_UP_DELAY = 250;
/** How often it is looked whether the price file has changed, ms. */
const PRICES_INTERVAL = 2000;
/** How often it is looked whose key, session or project is no more, ms. */
const ACCESS_INTERVAL = 400;
/** How often it is written down when keys were used, ms. */
const USE_INTERVAL = 60_000;
/** A project that nobody has used for so long is closed; how often that is looked at. ms */
const IDLE = 900_000;
const IDLE_INTERVAL = 15_000;
/** Projects that stay open though nobody uses them. */
const MOST_IDLE = 16;
/** A reader of the stream that does not say goodbye is not waited for any longer, ms. */
const FAREWELL = 1000;
/** Threads of a query in a project other than the first. */
const THREADS = 1;

export interface Server {
  /** Address without a trailing slash, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** The first key of scope `admin`, when it had to be made. Nobody can tell it again. */
  readonly adminKey: string | undefined;
  /** A key for this process itself, as long as it runs; undefined where none is needed. */
  lendKey(scope: Scope): string | undefined;
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
 * Builds everything from one config and starts it: who may come in, the first project, doors.
 *
 * @throws {StorageError} when the data directory can not be used; an Error with `code` EADDRINUSE
 *   when the port is taken.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { config, logger, moreUpstreams = [], moreTargets = [], starterRules = [] } = options;
  const now = Date.now;
  const pricesFile = config.pricesFile === "" ? null : config.pricesFile;
  const ownPrices = pricesFile === null ? null : await PricesFile.open(pricesFile, logger);
  const tls = config.tlsCert === "" ? undefined : pemOf(config);
  mkdirSync(config.dataDir, { recursive: true });

  const file = await AccessFile.open({ path: join(config.dataDir, "access.json"), now });
  const access = new Access({ file, required: isKeyRequired(config), now });
  const passes = new Passes(access);
  const origins = originPolicy({
    host: config.host,
    allowed: config.allowedOrigins,
    anyHost: access.required,
  });
  const whereabouts = whereaboutsOf(config.trustedProxies);
  const attempts = new Attempts(now);
  const admissions = new Admissions({ access, attempts, origins, whereabouts });

  const pricing = late(async () => {
    const { createPricing } = await import("./pricing/pricing.ts");
    return createPricing(() => ownPrices?.prices ?? null);
  });
  const limits = limitsOf(config);
  const webSocket = late(async () => {
    const { createWebSocketDoor } = await import("./stream/websocket.ts");
    return createWebSocketDoor({ limits, now, version });
  });
  const hostHistory = new HostHistory();
  let port: number | null = null;
  const shared: Shared = {
    config,
    logger,
    now,
    guard: { admissions, origins },
    pass: (request) => passes.of(callerOf(admissions, request.raw)),
    pricing,
    pricesFile,
    hostHistory,
    upstreams: [...upstreamsOf(config), ...moreUpstreams],
    port: () => port,
  };
  const targets = new Map<string, ScrapeTarget[]>([[DEFAULT_PROJECT, [...moreTargets]]]);
  for (const configured of config.scrape) {
    const { project = DEFAULT_PROJECT } = configured;
    if (access.project(project) === undefined) {
      throw new Error(`scrape: there is no project ${project}; make it first, or leave it out`);
    }
    targets.set(project, [...(targets.get(project) ?? []), targetOf(configured)]);
  }
  const projects = new Projects({
    dataDir: config.dataDir,
    first: DEFAULT_PROJECT,
    open: (id, folder) => {
      const first = id === DEFAULT_PROJECT;
      return openProject({
        shared,
        folder,
        memoryLimit: first ? config.memoryLimit : config.projectMemoryLimit,
        threads: first ? undefined : THREADS,
        targets: targets.get(id) ?? [],
        starterRules: first ? starterRules : [],
      });
    },
    exists: (id) => access.project(id) !== undefined,
    idleAfter: IDLE,
    mostIdle: MOST_IDLE,
    now,
  });
  const opening = Promise.resolve(projects.of(DEFAULT_PROJECT));
  // The history opens in its worker while this thread loads what is large.
  const [{ createHouse }, { createFront }, first] = await Promise.all([
    import("./http/house.ts"),
    import("./http/front.ts"),
    opening,
  ]);

  let ready = false;
  const house = await createHouse({
    access,
    admissions,
    origins,
    passes,
    whereabouts,
    limits,
    now,
    logger,
    dashboard: dashboardRoot(),
    isReady: () => ready,
    removeProject: (id) => projects.remove(id),
    projectRoutes: first.routes,
  });
  const front = createFront({
    house,
    admissions,
    passes,
    webSocket,
    project: (id) => {
      try {
        return projects.of(id);
      } catch (error) {
        if (!(error instanceof NoProjectError)) throw error;
        throw new ProblemError("not_found", "The project of this key is no more");
      }
    },
    maxBodyBytes: config.maxBodyBytes,
    logger,
  });
  const listening = await listen({ ...config, ...front, tls }).catch(async (error: unknown) => {
    await projects.close(0);
    throw error;
  });
  port = listening.port;
  // Shown once, and so not made before it is sure that there will be somebody to show it.
  const adminKey = access.required ? await access.firstKey() : undefined;

  const host = createHostSampler({ dataDir: config.dataDir });
  const tick = (): void => {
    const sample = host.sample();
    hostHistory.add(sample, now());
    projects.tick(sample);
  };
  tick();
  const look = async (): Promise<void> => {
    await file.refresh().catch((err: unknown) => logger.error({ err }, "keys are as they were"));
    passes.review();
  };
  const warn = (what: string) => (err: unknown) => logger.warn({ err }, what);
  const timers = [
    setInterval(tick, config.tickMs),
    setInterval(() => projects.forget(), 3_600_000),
    setInterval(() => void look(), ACCESS_INTERVAL),
    setInterval(() => {
      access.flush().catch(warn("when keys were used could not be written down"));
    }, USE_INTERVAL),
    setInterval(() => {
      projects.rest().catch(warn("a project could not be closed"));
    }, IDLE_INTERVAL),
    ...(ownPrices ? [setInterval(() => void ownPrices.refresh(), PRICES_INTERVAL)] : []),
  ];
  ready = true;
  const warmUp = async (): Promise<void> => {
    await first.warmUp();
    await pricing();
    await webSocket();
    for (const { id } of access.projects) {
      if (!ready) return;
      if (targets.has(id) || (await projects.runsByItself(id))) {
        await Promise.resolve(projects.of(id)).catch(warn("a project could not be opened"));
      }
    }
  };
  const warmingUp = setTimeout(() => {
    warmUp().catch(warn("not everything could be loaded ahead"));
  }, WARM_UP_DELAY);

  return {
    url: listening.url,
    adminKey,
    lendKey: (scope) => (access.required ? access.lend(scope, "this process") : undefined),
    async stop() {
      ready = false;
      for (const timer of timers) clearInterval(timer);
      clearTimeout(warmingUp);
      listening.refuse();
      await projects.close(DRAIN);
      const door = await webSocket();
      const patience = setTimeout(() => door.close(), FAREWELL);
      await listening.close();
      clearTimeout(patience);
      door.close();
      await house.close();
      await access.flush().catch(warn("when keys were used could not be written down"));
      host.close();
    },
  };
}

/** @throws when a file can not be read */
function pemOf({ tlsCert, tlsKey }: Config): { cert: string; key: string } {
  const read = (file: string, option: string): string => {
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${option}: ${reason}`);
    }
  };
  return { cert: read(tlsCert, "tlsCert"), key: read(tlsKey, "tlsKey") };
}
