import type { RequestEvent } from "../../event.ts";
import { type Intake, OverloadedError } from "../../intake.ts";

/**
 * Where the proxy reports what its operator should know; a pino logger will do. Never given keys,
 * prompts or answers.
 */
export interface ProxyLog {
  warn(fields: Readonly<Record<string, string | number>>, message: string): void;
}

/** Most finished events that wait to be stored; more are dropped and logged. */
const maxWaiting = 10_000;
const maxAttempts = 5;

/**
 * Hands finished events to the intake beside the caller's answer, which never waits for it. There
 * is nobody to send an event again, so a refusal for overload is retried as it asks.
 */
export class Outbox {
  readonly #intake: Intake;
  readonly #log: ProxyLog;
  readonly #delay: (ms: number) => Promise<void>;
  readonly #waiting = new Set<Promise<void>>();

  constructor(intake: Intake, log: ProxyLog, delay: (ms: number) => Promise<void>) {
    this.#intake = intake;
    this.#log = log;
    this.#delay = delay;
  }

  hand(event: RequestEvent): void {
    if (this.#waiting.size >= maxWaiting) {
      this.#log.warn(
        { id: event.id, waiting: this.#waiting.size },
        "A proxied request was not recorded: too many wait to be stored",
      );
      return;
    }
    const handed = this.#ingest(event).finally(() => this.#waiting.delete(handed));
    this.#waiting.add(handed);
  }

  /** Resolves once nothing waits any more. */
  async settle(): Promise<void> {
    while (this.#waiting.size > 0) await Promise.all(this.#waiting);
  }

  async #ingest(event: RequestEvent): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#intake.ingest([event]);
        return;
      } catch (error) {
        if (error instanceof OverloadedError && attempt < maxAttempts) {
          await this.#delay(error.retryAfter * 1_000);
          continue;
        }
        const reason = error instanceof Error ? error.message : String(error);
        this.#log.warn(
          { id: event.id, attempts: attempt, reason },
          "A proxied request was not recorded",
        );
        return;
      }
    }
  }
}
