import { setImmediate as turn } from "node:timers/promises";
import type { Target } from "@telltale/protocol";
import type { EngineIntake } from "../../engine-sample.ts";
import { type Decoded, decode } from "./decode.ts";
import { fetchPage, ScrapeError } from "./fetch.ts";
import { Page } from "./page.ts";
import { type ScrapeTarget, shownUrl } from "./target.ts";
import { type Exposition, ExpositionError, readExposition } from "./text.ts";

/** Time and the network, which tests replace. */
export interface ScraperEnv {
  /** Unix ms. */
  now(): number;
  /** Runs `callback` once after `ms`; the result cancels it. */
  later(callback: () => void, ms: number): () => void;
  /** The text of a target's page; rejects with a {@link ScrapeError}, or with the signal's reason. */
  fetch(target: ScrapeTarget, signal: AbortSignal): Promise<string>;
}

export const realEnv: ScraperEnv = {
  now: Date.now,
  later(callback, ms) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  fetch: fetchPage,
};

export interface ScraperLog {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
  error(about: object, message: string): void;
}

export interface ScraperOptions {
  readonly targets: readonly ScrapeTarget[];
  readonly intake: EngineIntake;
  readonly log: ScraperLog;
  readonly env?: ScraperEnv;
}

export interface Scraper {
  /** How each target stands. */
  targets(): Target[];
  stop(): void;
}

const LONGEST_WAIT = 5000;

/** Fetches every target at its own pace, until stopped. Targets come from the operator's configuration only. */
export function startScraper({ targets, intake, log, env = realEnv }: ScraperOptions): Scraper {
  const watches = targets.map((target) => new Watch(target, intake, log, env));
  for (const watch of watches) watch.start();
  return {
    targets: () => watches.map((watch) => watch.state),
    stop() {
      for (const watch of watches) watch.stop();
    },
  };
}

/** One target. A scrape begins when the one before has ended, so that a slow target is asked less often. */
class Watch {
  readonly #target: ScrapeTarget;
  readonly #intake: EngineIntake;
  readonly #log: ScraperLog;
  readonly #env: ScraperEnv;
  readonly #waitMs: number;
  readonly #stopped = new AbortController();
  #cancel: (() => void) | undefined;
  state: Target;

  constructor(target: ScrapeTarget, intake: EngineIntake, log: ScraperLog, env: ScraperEnv) {
    this.#target = target;
    this.#intake = intake;
    this.#log = log;
    this.#env = env;
    this.#waitMs = Math.min(LONGEST_WAIT, Math.max(1000, target.intervalMs));
    this.state = { name: target.name, url: shownUrl(target), since: env.now(), kinds: [] };
  }

  start(): void {
    void this.#run();
  }

  stop(): void {
    this.#stopped.abort();
    this.#cancel?.();
  }

  async #run(): Promise<void> {
    const began = this.#env.now();
    const attempt = new AbortController();
    const giveUp = (): void => attempt.abort(this.#stopped.signal.reason);
    this.#stopped.signal.addEventListener("abort", giveUp);
    const cancel = this.#env.later(
      () => attempt.abort(new ScrapeError(`no whole answer within ${this.#waitMs / 1000} s`)),
      this.#waitMs,
    );
    try {
      const text = await this.#env.fetch(this.#target, attempt.signal);
      cancel();
      const decoded = this.#decode(await this.#read(text));
      if (this.#stopped.signal.aborted) return;
      this.#up(decoded, began);
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      this.#down(error);
    } finally {
      cancel();
      this.#stopped.signal.removeEventListener("abort", giveUp);
    }
    const elapsed = this.#env.now() - began;
    this.#cancel = this.#env.later(
      () => void this.#run(),
      Math.max(0, this.#target.intervalMs - elapsed),
    );
  }

  async #read(text: string): Promise<Exposition> {
    const reading = readExposition(text);
    for (;;) {
      const step = reading.next();
      if (step.done) return step.value;
      await turn();
    }
  }

  #decode(exposition: Exposition): Decoded {
    const { name, kind, intervalMs } = this.#target;
    const at = this.#env.now();
    const validFor = 2 * intervalMs + this.#waitMs;
    const decoded = decode(Page.of(exposition, at), { name, at, validFor }, kind);
    const { engines, gpus, rateLimits } = decoded;
    this.#intake.report({ source: name, at, validFor, engines, gpus, rateLimits });
    return decoded;
  }

  #up({ kinds, engines, gpus, rateLimits }: Decoded, began: number): void {
    const now = this.#env.now();
    const { name, url, up, since } = this.state;
    if (up === false) this.#log.info({ target: name }, "scrape target is up again");
    const nothing = engines.length + gpus.length + rateLimits.length === 0;
    this.state = {
      name,
      url,
      up: true,
      since: up ? since : now,
      last_success: now,
      duration_ms: now - began,
      kinds: [...kinds],
      ...(nothing ? { reason: "its page has no figures that Telltale knows" } : {}),
    };
    if (nothing && !up) this.#log.warn({ target: name }, `scrape target: ${this.state.reason}`);
  }

  #down(error: unknown): void {
    this.#intake.lost(this.#target.name);
    const { name, url, up, since, last_success, kinds } = this.state;
    const reason = reasonOf(error);
    if (up !== false) {
      const expected = error instanceof ScrapeError || error instanceof ExpositionError;
      if (expected) this.#log.warn({ target: name }, `scrape target is down: ${reason}`);
      else this.#log.error({ target: name, err: error }, "scrape target could not be read");
    }
    this.state = {
      name,
      url,
      up: false,
      since: up === false ? since : this.#env.now(),
      reason,
      kinds,
      ...(last_success === undefined ? {} : { last_success }),
    };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ScrapeError) return error.message;
  if (error instanceof ExpositionError) return `its page is not Prometheus text: ${error.message}`;
  return "its page could not be understood";
}
