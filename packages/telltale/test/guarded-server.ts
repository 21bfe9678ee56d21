import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { WebSocket } from "ws";
import { flagOf } from "../src/cli/options.ts";
import { type ConfigInput, configSchema } from "../src/config.ts";
import { type Server, startServer } from "../src/server.ts";

/** A server that asks for keys, in a folder of its own. */
export interface GuardedServer {
  readonly url: string;
  readonly dataDir: string;
  /** Of scope `admin`. */
  readonly adminKey: string;
  /** What it has logged, whatever the level. */
  logged(): string;
  /** Every file below the data folder, as latin-1 text. */
  files(): Promise<string>;
  call(path: string, options?: CallOptions): Promise<Response>;
  json<T>(path: string, options?: CallOptions): Promise<T>;
  /** @returns the key itself */
  key(scope: string, project?: string, expiresAt?: number): Promise<{ id: string; secret: string }>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly method?: string;
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

type Running = Pick<Server, "url" | "adminKey" | "stop">;

/** The built server as a process of its own, which has file descriptors and memory for itself. */
async function spawnServer(config: Partial<ConfigInput>): Promise<Running> {
  const main = new URL("../dist/cli/main.js", import.meta.url);
  const flags = Object.entries(config).flatMap(([key, value]) => [`--${flagOf(key)}`, `${value}`]);
  // Variables of the test are no options of the server.
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith("TELLTALE_"));
  const child = spawn(process.execPath, [fileURLToPath(main), "serve", ...flags], {
    env: Object.fromEntries(env),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let text = "";
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes("Ctrl-C")) break;
  }
  return {
    url: /listening on (\S+)/.exec(text)?.[1] ?? "",
    adminKey: /^Admin key \(shown once\): (\S+)$/m.exec(text)?.[1],
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** @param alone whether it is the built server, in a process of its own; its log is not kept then */
export async function startGuarded(
  config: Partial<ConfigInput> = {},
  alone = false,
): Promise<GuardedServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "telltale-access-"));
  let log = "";
  const sink = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  const logger = pino({ level: "trace" }, sink);
  const options = { port: 0, dataDir, tickMs: 100, auth: "required", ...config } as const;
  const start = (): Promise<Running> =>
    alone ? spawnServer(options) : startServer({ config: configSchema.parse(options), logger });
  let server = await start();
  const adminKey = server.adminKey ?? "";

  const call = (path: string, options: CallOptions = {}): Promise<Response> => {
    const { method, key, body, headers } = options;
    return fetch(server.url + path, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: { ...(key && { authorization: `Bearer ${key}` }), ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  };
  const json = async <T>(path: string, options?: CallOptions): Promise<T> => {
    const answer = await call(path, options);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };

  return {
    get url() {
      return server.url;
    },
    dataDir,
    adminKey,
    logged: () => log,
    async files() {
      const names = await readdir(dataDir, { recursive: true, withFileTypes: true });
      const texts = names
        .filter((entry) => entry.isFile())
        .map((entry) => readFile(join(entry.parentPath, entry.name), "latin1"));
      return (await Promise.all(texts)).join("\n");
    },
    call,
    json,
    async key(scope, project = "default", expiresAt) {
      const made = await json<{ key: { id: string }; secret: string }>("/api/v1/keys", {
        key: adminKey,
        body: {
          name: `${scope} of ${project}`,
          project,
          scope,
          ...(expiresAt !== undefined && { expires_at: expiresAt }),
        },
      });
      return { id: made.key.id, secret: made.secret };
    },
    async restart() {
      await server.stop();
      server = await start();
    },
    async close() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export interface Tapped {
  readonly ws: WebSocket;
  readonly texts: string[];
  /** The first message of this type, once it is there. */
  until(type: string): Promise<{ type: string; data: Record<string, unknown> }>;
  readonly closed: Promise<number>;
}

/** One WebSocket of the stream, and all that came. */
export function tap(
  url: string,
  path = "/metrics/stream",
  headers: Record<string, string> = {},
): Tapped {
  const ws = new WebSocket(url.replace("http", "ws") + path, { headers });
  const texts: string[] = [];
  const waiting = new Set<() => void>();
  ws.on("message", (data) => {
    texts.push(String(data));
    for (const look of waiting) look();
  });
  return {
    ws,
    texts,
    until: (type) =>
      new Promise((resolve) => {
        const look = (): void => {
          for (const text of texts) {
            const message = JSON.parse(text) as { type: string; data: Record<string, unknown> };
            if (message.type !== type) continue;
            waiting.delete(look);
            resolve(message);
            return;
          }
        };
        waiting.add(look);
        look();
      }),
    closed: new Promise((resolve) => {
      ws.on("close", resolve);
      ws.on("unexpected-response", (_request, { statusCode = 0 }) => {
        resolve(statusCode);
        ws.terminate();
      });
      ws.on("error", () => undefined);
    }),
  };
}
