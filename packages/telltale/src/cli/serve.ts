import { pino } from "pino";
import { maskChannel } from "../alerts/channels/schema.ts";
import { type Config, isKeyRequired, isLoopback } from "../config.ts";
import { type Server, type ServerOptions, startServer } from "../server.ts";
import { loadConfig, UsageError } from "./options.ts";
import { stopSignal } from "./stop-signal.ts";
import { welcome } from "./welcome.ts";

/** Values of the flags as commander gives them. */
export interface ServeFlags {
  readonly demo?: boolean;
  readonly config?: string;
  readonly printConfig?: boolean;
  readonly [flag: string]: string | boolean | undefined;
}

/** Runs the server until it is told to stop. */
export async function serve(flags: ServeFlags): Promise<void> {
  const config = await configOf(flags);
  if (config === undefined) return;
  const signal = stopSignal();
  const engines = flags.demo
    ? await (await import("./demo/engines.ts")).createDemoEngines()
    : undefined;
  const demo =
    engines && (await (await import("./demo/upstreams.ts")).createDemoUpstreams({ engines }));
  const server = await start(config, {
    ...(engines && { moreTargets: engines.targets }),
    ...(demo && {
      moreUpstreams: demo.upstreams,
      starterRules: (await import("../alerts/templates.ts")).demoRules,
    }),
  });
  process.stdout.write(
    welcome({
      url: server.url,
      dataDir: config.dataDir,
      demo: demo !== undefined,
      adminKey: server.adminKey,
      keyRequired: isKeyRequired(config),
      exposed: !isLoopback(config) && config.tlsCert === "",
    }),
  );
  const traffic =
    demo &&
    (await import("./demo/traffic.ts")).startDemo({
      baseUrl: server.url,
      key: server.lendKey("ingest"),
    });
  await signal;
  await traffic?.stop();
  await demo?.close();
  await server.stop();
  await engines?.close();
}

/** The config in force; `undefined` when it was only to be printed. */
export async function configOf(flags: ServeFlags): Promise<Config | undefined> {
  const texts: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(flags)) {
    if (typeof value === "string") texts[name] = value;
  }
  const env = flags.demo ? { ...process.env } : process.env;
  // Made-up figures must not mix with real ones.
  if (flags.demo && !texts["dataDir"] && !env["TELLTALE_DATA_DIR"])
    texts["dataDir"] = ".telltale/demo";
  const config = await loadConfig({ flags: texts, env, cwd: process.cwd(), file: flags.config });
  if (flags.printConfig) {
    process.stdout.write(`${JSON.stringify(masked(config), null, 2)}\n`);
    return undefined;
  }
  try {
    isKeyRequired(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if ((config.tlsCert === "") !== (config.tlsKey === "")) {
    throw new UsageError("tlsCert and tlsKey belong together: give both files, or none");
  }
  return config;
}

/** Starts the server, and says what to do when it can not. */
export async function start(
  config: Config,
  more: Omit<ServerOptions, "config" | "logger"> = {},
): Promise<Server> {
  const logger = pino({ level: config.logLevel }, pino.destination({ fd: 2, sync: true }));
  try {
    return await startServer({ config, logger, ...more });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw new Error(
        `Port ${config.port} is taken; is Telltale running already? Choose another with --port`,
      );
    }
    throw error;
  }
}

function masked(config: Config): Config {
  const upstreams = Object.fromEntries(
    Object.entries(config.upstreams).map(([name, upstream]) => {
      const url = new URL(upstream.url);
      if (url.password) url.password = "***";
      return [name, { ...upstream, url: url.password ? url.href : upstream.url }];
    }),
  );
  const scrape = config.scrape.map((target) => {
    const url = new URL(target.url);
    if (url.password) url.password = "***";
    const headers = Object.fromEntries(Object.keys(target.headers).map((name) => [name, "***"]));
    return { ...target, url: url.password ? url.href : target.url, headers };
  });
  const channels = Object.fromEntries(
    Object.entries(config.channels).map(([name, channel]) => [name, maskChannel(channel)]),
  );
  return { ...config, upstreams, scrape, channels };
}
