import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Intake } from "../../intake.ts";
import { decoded } from "./content-encoding.ts";
import { Dispatchers } from "./dispatchers.ts";
import { type Dialect, dialectOf, pathOf } from "./endpoint.ts";
import type { Answer } from "./exchange.ts";
import { headerOf, requestHeaders, without } from "./headers.ts";
import { askForUsage } from "./include-usage.ts";
import { InferenceCall } from "./inference.ts";
import { Meter } from "./meter.ts";
import { Outbox, type ProxyLog } from "./outbox.ts";
import { PassThroughCall } from "./pass-through.ts";
import { sendProblem } from "./problem.ts";
import { rateLimitsIn } from "./rate-limits.ts";
import { bodyOf } from "./request-body.ts";
import { factsOf } from "./request-facts.ts";
import { type Base, baseOf, targetOf } from "./target.ts";
import type { Upstream } from "./upstream.ts";

export type { ProxyLog } from "./outbox.ts";

export interface ProxyOptions {
  readonly upstreams: readonly Upstream[];
  readonly intake: Intake;
  /** Unix ms. */
  now(): number;
  /** A fresh UUID. */
  newId(): string;
  /** Largest body of an inference call; others are streamed and have no limit. */
  readonly maxBodyBytes: number;
  /** Least time between two reports of a growing answer, ms. Default 100. */
  readonly progressIntervalMs?: number | undefined;
  /**
   * Ask upstreams for the usage of streamed chat and completions, and take it out of the answer
   * again. Without it the usage of streams whose caller does not ask is unknown. Default true.
   */
  readonly includeUsage?: boolean | undefined;
  /** Wait for a connection, ms. Default 10 s. */
  readonly connectTimeoutMs?: number | undefined;
  /** Wait for the answer to begin, ms. Default 10 minutes, like the providers' SDKs. */
  readonly headersTimeoutMs?: number | undefined;
  /** Longest silence within an answer, ms. Default 10 minutes. */
  readonly bodyTimeoutMs?: number | undefined;
  /** Largest whole answer that is held for accounting; of larger ones only the ends are read. Default 16 MiB. */
  readonly maxAnswerBytes?: number | undefined;
  /** Largest event of a stream that is edited; of larger ones only the ends are read. Default 8 MiB. */
  readonly maxEventBytes?: number | undefined;
  readonly log: ProxyLog;
  /** Waits before a refused event is handed in again, or growth is shown, ms. Default: a timer. */
  delay?(ms: number): Promise<void>;
}

export interface LlmProxy {
  /**
   * Forwards one request whose body nobody has read and answers it. Resolves when that is over;
   * never rejects.
   *
   * @param path What follows `/proxy/<name>` in the request's address as it was sent, query included.
   */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    upstream: Upstream,
    path: string,
  ): Promise<void>;
  /**
   * Lets running calls end for up to `grace` ms, breaks off what still runs then, and resolves once
   * all of it is recorded.
   */
  close(grace?: number): Promise<void>;
}

/** @throws {TypeError} when the address of an upstream is not usable. */
export function createProxy(options: ProxyOptions): LlmProxy {
  return new ForwardingProxy(options);
}

interface RunningCall {
  stop(): void;
}

class ForwardingProxy implements LlmProxy {
  readonly #options: ProxyOptions;
  readonly #dispatchers: Dispatchers;
  readonly #outbox: Outbox;
  readonly #delay: (ms: number) => Promise<void>;
  readonly #intake: Intake;
  readonly #bases: ReadonlyMap<string, Base>;
  /** Names of upstreams that answer an error to `stream_options`. */
  readonly #refusing = new Set<string>();
  readonly #running = new Set<RunningCall>();
  #onIdle: () => void = () => undefined;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#bases = new Map(options.upstreams.map(({ name, url }) => [name, baseOf(name, url)]));
    this.#intake = harmless(options.intake, options.log);
    this.#delay = options.delay ?? ((ms) => wait(ms, undefined, { ref: false }));
    this.#outbox = new Outbox(options.intake, options.log, this.#delay);
    const connections = {
      connect: { timeout: options.connectTimeoutMs ?? 10_000 },
      headersTimeout: options.headersTimeoutMs ?? 600_000,
      bodyTimeout: options.bodyTimeoutMs ?? 600_000,
      maxHeaderSize: 64 * 1024,
    };
    this.#dispatchers = new Dispatchers(connections, process.env);
  }

  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    upstream: Upstream,
    path: string,
  ): Promise<void> {
    try {
      const base = this.#bases.get(upstream.name) ?? baseOf(upstream.name, upstream.url);
      const target = targetOf(base, path);
      const method = request.method ?? "GET";
      if (target === null || method === "CONNECT") {
        request.resume();
        sendProblem(response, {
          status: 400,
          code: "invalid_proxy_path",
          title: "Path refused",
          detail: `The path after /proxy/${upstream.name} must be a plain absolute path without "." or ".." segments (encoded ones included), backslashes or a second leading slash. Nothing was forwarded.`,
        });
        return;
      }
      const sent = { origin: base.origin, path: target, method };
      const dialect = dialectOf(method, path);
      if (dialect !== null) await this.#infer(request, response, upstream, path, sent, dialect);
      else await this.#passOn(request, response, upstream, sent);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log.warn(
        { upstream: upstream.name, reason },
        "A proxied request failed inside Telltale",
      );
      response.destroy();
    }
  }

  async close(grace = 0): Promise<void> {
    if (grace > 0 && this.#running.size > 0) {
      const timeout = new AbortController();
      const idle = new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      const patience = wait(grace, undefined, { signal: timeout.signal }).catch(() => undefined);
      await Promise.race([idle, patience]);
      timeout.abort();
    }
    for (const call of this.#running) call.stop();
    await this.#dispatchers.destroy();
    await this.#outbox.settle();
  }

  #passOn(
    request: IncomingMessage,
    response: ServerResponse,
    upstream: Upstream,
    sent: Sent,
  ): Promise<void> {
    return this.#run((over) => {
      const options = {
        dispatcher: this.#dispatchers.to(upstream),
        upstreamName: upstream.name,
        request: { ...sent, headers: requestHeaders(request.rawHeaders) },
        answered: (answer: Answer) => this.#limits(answer, upstream.name, upstream),
        failed: (type: string) =>
          this.#options.log.warn(
            { upstream: upstream.name, type },
            "A request that is passed through failed",
          ),
      };
      return new PassThroughCall(options, request, response, over);
    });
  }

  async #infer(
    request: IncomingMessage,
    response: ServerResponse,
    upstream: Upstream,
    path: string,
    sent: Sent,
    dialect: Dialect,
  ): Promise<void> {
    const { maxBodyBytes, now, newId, log } = this.#options;
    const created = now();
    const body = await bodyOf(request, maxBodyBytes);
    if (body === "gone") return;
    if (body === "too large") {
      // The rest is read and dropped: cutting the upload off would lose the answer with it.
      request.resume();
      sendProblem(response, {
        status: 413,
        code: "body_too_large",
        title: "Request body too large",
        detail: `The body is larger than the ${maxBodyBytes} bytes Telltale's proxy accepts for this endpoint. Send less or raise the limit. Nothing was forwarded.`,
      });
      return;
    }
    const encoding = headerOf(request.rawHeaders, "content-encoding");
    const plain = await decoded(body, encoding, maxBodyBytes);
    const streams = dialect === "ollama" && /\/(chat|generate)$/.test(pathOf(path));
    const facts = factsOf(plain ?? Buffer.alloc(0), streams);
    const ask = facts.streaming && this.#mayAsk(upstream, dialect);
    const asked = ask && plain !== null ? askForUsage(plain) : null;
    const replaced = ["content-length", ...(asked === null ? [] : ["content-encoding"])];
    const scope = facts.model === null ? upstream.name : `${upstream.name} ${facts.model}`;
    const id = `proxy-${newId()}`;
    const meter = new Meter(
      {
        intake: this.#intake,
        outbox: this.#outbox,
        now: () => this.#options.now(),
        progressIntervalMs: this.#options.progressIntervalMs ?? 100,
        delay: this.#delay,
      },
      { id, upstream, path, created, facts, headers: request.rawHeaders },
    );
    await this.#run((over) => {
      const options = {
        dispatcher: this.#dispatchers.to(upstream),
        upstreamName: upstream.name,
        request: {
          ...sent,
          headers: without(requestHeaders(request.rawHeaders), replaced),
          body: asked === null ? body : plain,
        },
        asked,
        dialect,
        streaming: facts.streaming,
        meter,
        maxAnswerBytes: this.#options.maxAnswerBytes ?? 16 * 1024 * 1024,
        maxEventBytes: this.#options.maxEventBytes ?? 8 * 1024 * 1024,
        answered: (answer: Answer) => this.#limits(answer, scope, upstream),
        refusesUsage: () => this.#refusing.add(upstream.name),
        unread: (reason: string) =>
          log.warn({ id, reason }, "An answer was passed on but not read"),
      };
      return new InferenceCall(options, response, over);
    });
  }

  #mayAsk(upstream: Upstream, dialect: Dialect): boolean {
    if (dialect !== "chat" && dialect !== "completions") return false;
    return this.#options.includeUsage !== false && !this.#refusing.has(upstream.name);
  }

  #limits(answer: Answer, scope: string, upstream: Upstream): void {
    const now = this.#options.now();
    for (const update of rateLimitsIn(answer.headers, scope, upstream.provider, now)) {
      this.#intake.rateLimit(update);
    }
  }

  #run(start: (over: () => void) => RunningCall): Promise<void> {
    return new Promise((resolve) => {
      let call: RunningCall | null = null;
      let running = true;
      call = start(() => {
        running = false;
        if (call !== null) this.#running.delete(call);
        if (this.#running.size === 0) this.#onIdle();
        resolve();
      });
      // It may be over before it is back: an agent that was closed refuses at once.
      if (running) this.#running.add(call);
    });
  }
}

interface Sent {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
}

/** `intake` whose live reports cannot fail a call. */
function harmless(intake: Intake, log: ProxyLog): Intake {
  const attempt = (report: () => void): void => {
    try {
      report();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ reason }, "A live report of the proxy failed");
    }
  };
  return {
    ingest: (events) => intake.ingest(events),
    progress: (event) => attempt(() => intake.progress(event)),
    rateLimit: (update) => attempt(() => intake.rateLimit(update)),
  };
}
