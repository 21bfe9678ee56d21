import { createServer, type Server } from "node:http";
import type { RateLimitUpdate } from "@telltale/protocol";
import { type FakeUpstream, type Script, startFakeUpstream } from "@telltale/testkit/fake-upstream";
import { Agent, request } from "undici";
import { afterEach } from "vitest";
import type { RequestEvent } from "../src/event.ts";
import { createProxy, type ProxyOptions } from "../src/ingest/proxy/proxy.ts";
import type { Upstream } from "../src/ingest/proxy/upstream.ts";
import type { IngestResult, Intake } from "../src/intake.ts";

/** Keeps what the proxy hands in. */
export class MemoryIntake implements Intake {
  readonly events: RequestEvent[] = [];
  readonly shown: RequestEvent[] = [];
  readonly limits: RateLimitUpdate[] = [];
  #waiting: { count: number; resolve: () => void }[] = [];

  async ingest(events: readonly RequestEvent[]): Promise<IngestResult> {
    this.events.push(...events);
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.events.length < count) return true;
      resolve();
      return false;
    });
    return { accepted: events.length, duplicates: 0 };
  }

  progress(event: RequestEvent): void {
    this.shown.push(event);
  }

  rateLimit(update: RateLimitUpdate): void {
    this.limits.push(update);
  }

  /** The event of that index, once it is there. */
  async event(index = 0): Promise<RequestEvent> {
    if (this.events.length <= index) {
      await new Promise<void>((resolve) => this.#waiting.push({ count: index + 1, resolve }));
    }
    const found = this.events[index];
    if (found === undefined) throw new Error(`There is no event ${index}`);
    return found;
  }
}

export interface Harness {
  /** `http://127.0.0.1:<port>/proxy` */
  readonly url: string;
  readonly port: number;
  readonly fake: FakeUpstream;
  readonly intake: MemoryIntake;
  readonly proxy: ReturnType<typeof createProxy>;
  readonly log: { message: string; fields: Readonly<Record<string, string | number>> }[];
  /** Every look at the clock moves it by `step` ms. */
  readonly clock: { time: number; step: number };
}

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export function upstreamAt(name: string, url: string, api: Upstream["api"] = "openai"): Upstream {
  return { name, url, api, provider: name, demo: false };
}

/** A proxy in front of a fake upstream, reached as openai, anthropic and nested (below /base). */
export async function startProxy(
  script: Script = {},
  options: Partial<ProxyOptions> = {},
): Promise<Harness> {
  const fake = await startFakeUpstream(script);
  const intake = new MemoryIntake();
  const log: Harness["log"] = [];
  const clock = { time: 1_700_000_000_000, step: 1 };
  let ids = 0;
  const upstreams = [
    upstreamAt("openai", fake.url),
    upstreamAt("anthropic", fake.url, "anthropic"),
    upstreamAt("nested", `${fake.url}/base/`),
    ...(options.upstreams ?? []),
  ];
  const proxy = createProxy({
    intake,
    now: () => {
      clock.time += clock.step;
      return clock.time;
    },
    newId: () => `id-${++ids}`,
    maxBodyBytes: 8 * 1024 * 1024,
    log: { warn: (fields, message) => log.push({ message, fields }) },
    ...options,
    upstreams,
  });
  const server = createServer((incoming, response) => {
    const [, name, path] = /^\/proxy\/([^/?]+)(.*)$/s.exec(incoming.url ?? "") ?? [];
    const upstream = upstreams.find((each) => each.name === name);
    if (upstream === undefined || path === undefined) response.writeHead(404).end();
    else void proxy.handle(incoming, response, upstream, path);
  });
  const port = await listen(server);
  cleanups.push(
    () => fake.close(),
    () => closed(server),
    () => proxy.close(),
  );
  return { url: `http://127.0.0.1:${port}/proxy`, port, fake, intake, proxy, log, clock };
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** A server of the test's own, closed with it. */
export async function startServer(server: Server): Promise<string> {
  const port = await listen(server);
  cleanups.push(() => closed(server));
  return `http://127.0.0.1:${port}`;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** The connection broke before the end. */
  readonly cut: boolean;
}

/** Sends a request and reads the answer's bytes, also those of an answer that breaks off. */
export async function raw(
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const dispatcher = new Agent();
  cleanups.push(() => dispatcher.destroy());
  const answer = await request(url, {
    dispatcher,
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json", ...headers },
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
  });
  const chunks: Buffer[] = [];
  let cut = false;
  try {
    for await (const chunk of answer.body) chunks.push(chunk);
  } catch {
    cut = true;
  }
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks), cut };
}

/** A promise and the function that fulfils it. */
export function latch(): { readonly opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

export const chatCall = {
  model: "gpt-4o-mini",
  messages: [{ role: "user", content: "Say hello to the world" }],
};
