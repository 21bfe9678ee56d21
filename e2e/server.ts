import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type Program, start } from "./process.ts";

const cli = path.resolve("packages/telltale/dist/cli/main.js");

export interface ServerOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** One Telltale server with a data directory of its own. */
export interface Server {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** Posts to a path; a string body is NDJSON, anything else JSON. */
  readonly post: (to: string, body: unknown) => Promise<Response>;
  readonly get: (from: string) => Promise<Response>;
  /** What it printed so far. */
  readonly output: () => string;
  /** `kill -9`: no goodbye. */
  readonly kill: () => Promise<void>;
  /** Starts it again: same port, same data. */
  readonly again: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "telltale-e2e-"));
  const launch = (port: number): Promise<Program> =>
    start(
      [
        process.execPath,
        cli,
        "serve",
        "--port",
        String(port),
        "--data-dir",
        directory,
        ...(options.args ?? []),
      ],
      /Telltale listening on (http:\/\/127\.0\.0\.1:(\d+))/,
      options.env ? { env: options.env } : {},
    );
  let program = await launch(0);
  const url = program.ready[1] ?? "";
  const port = Number(program.ready[2]);
  return {
    url,
    port,
    post: (to, body) =>
      fetch(url + to, {
        method: "POST",
        headers: {
          "content-type": typeof body === "string" ? "application/x-ndjson" : "application/json",
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    get: (from) => fetch(url + from),
    output: () => program.output(),
    kill: async () => {
      await program.stop("SIGKILL");
    },
    again: async () => {
      program = await launch(port);
    },
    close: async () => {
      await program.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
