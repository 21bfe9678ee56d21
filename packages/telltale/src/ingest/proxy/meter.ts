import { isKeyLike } from "../../access/secret.ts";
import {
  boundedAttributes,
  cut,
  keyLabel,
  limits,
  type RequestEvent,
  type RequestFailure,
  unknownRequest,
} from "../../event.ts";
import type { Intake } from "../../intake.ts";
import { pathOf } from "./endpoint.ts";
import { redacted } from "./failure.ts";
import { credentialsIn, eachHeader, type HeaderLines, headerOf } from "./headers.ts";
import type { Outbox } from "./outbox.ts";
import { emptyReading, estimatedUsage, type Reading, reportedUsage } from "./reading.ts";
import type { RequestFacts } from "./request-facts.ts";
import type { Upstream } from "./upstream.ts";

export interface MeterOptions {
  readonly intake: Intake;
  readonly outbox: Outbox;
  now(): number;
  readonly progressIntervalMs: number;
  /** Waits, ms. */
  delay(ms: number): Promise<void>;
}

export interface Call {
  readonly id: string;
  readonly upstream: Upstream;
  readonly path: string;
  /** Unix ms. */
  readonly created: number;
  readonly facts: RequestFacts;
  /** As the caller sent them. */
  readonly headers: HeaderLines;
}

/** Turns one proxied call into its event: shown while it runs, handed in once when it is over. */
export class Meter {
  readonly reading: Reading = emptyReading();
  readonly #options: MeterOptions;
  readonly #call: Call;
  #statusCode: number | null = null;
  #organization: string | null = null;
  #gatewayCost: number | null = null;
  #ttftMs: number | null = null;
  #shownAt: number;
  /** What has grown since is to be shown once its time has come. */
  #owed = false;
  #finished = false;

  constructor(options: MeterOptions, call: Call) {
    this.#options = options;
    this.#call = call;
    this.#shownAt = options.now();
    this.#show();
  }

  answered(status: number, headers: HeaderLines): void {
    this.#statusCode = status;
    this.#organization =
      headerOf(headers, "openai-organization") ?? headerOf(headers, "anthropic-organization-id");
    const cost = headerOf(headers, "x-litellm-response-cost");
    this.#gatewayCost = cost !== null && /^\d+(\.\d+)?(e-?\d+)?$/i.test(cost) ? Number(cost) : null;
  }

  /** After more of the answer was read: the first token is shown at once, growth every so often. */
  grew(): void {
    if (this.#finished || this.reading.deltas === 0) return;
    const first = this.#ttftMs === null;
    const now = this.#options.now();
    if (first) this.#ttftMs = this.#since(now);
    const early = this.#shownAt + this.#options.progressIntervalMs - now;
    if (!first && early > 0) {
      this.#showIn(early);
      return;
    }
    this.#shownAt = now;
    this.#owed = false;
    this.#show();
  }

  /** An answer that pauses shows how far it came, though nothing more is read meanwhile. */
  #showIn(ms: number): void {
    if (this.#owed) return;
    this.#owed = true;
    void this.#options.delay(ms).then(() => {
      if (!this.#owed) return;
      this.#owed = false;
      this.grew();
    });
  }

  /** The upstream's answer came to its end. */
  completed(): void {
    const { reading } = this;
    const reported = reportedUsage(reading);
    const told = reading.failure;
    const broken = reading.events > 0 && !reading.ended && reported === null && told === null;
    const failure: RequestFailure | null = broken && this.#call.facts.streaming ? incomplete : told;
    // A failure in the middle of a stream cuts it short; one instead of an answer used nothing.
    const partial = failure !== null && this.#call.facts.streaming && (this.#statusCode ?? 0) < 300;
    this.#finish(failure, partial);
  }

  /** The answer was cut off, or never came. */
  failed(failure: RequestFailure): void {
    this.#finish(this.reading.failure ?? failure, this.#statusCode !== null);
  }

  /** The caller left: too early, or because it had heard the end. Some SDKs hang up at the last event. */
  cancelled(): void {
    const { ended, failure } = this.reading;
    if (ended || failure !== null) {
      this.#finish(failure, true);
      return;
    }
    this.reading.finishReason = "cancelled";
    this.#finish({ type: "cancelled", message: "The caller closed the connection" }, true);
  }

  #finish(failure: RequestFailure | null, partial: boolean): void {
    if (this.#finished) return;
    this.#finished = true;
    const reported = reportedUsage(this.reading);
    // Reported means final: what was counted when a stream broke off is only the count so far.
    const estimated = partial ? estimatedUsage(this.reading, this.#call.facts.promptTokens) : null;
    const whole = failure === null || this.reading.ended;
    this.#options.outbox.hand({
      ...this.#event(),
      status: failure === null ? "success" : "error",
      failure: failure && redacted(failure, credentialsIn(this.#call.headers)),
      usage: whole && reported !== null ? reported : estimated,
      usageQuality: whole && reported !== null ? "reported" : partial ? "estimated" : "unknown",
    });
  }

  #show(): void {
    this.#options.intake.progress({
      ...this.#event(),
      status: "in_progress",
      usage: estimatedUsage(this.reading, this.#call.facts.promptTokens),
      usageQuality: "estimated",
    });
  }

  #event(): Omit<RequestEvent, "status"> {
    const { id, upstream, path, created, facts, headers } = this.#call;
    const { reading } = this;
    const trace = traceOf(headerOf(headers, "traceparent"));
    return {
      ...unknownRequest,
      // The span that called is part of the id, which survives a restart: see live/accounts.
      id: trace === null ? id : `${id}.${trace.spanId}`,
      source: "proxy",
      model: cut(reading.model ?? facts.model ?? "unknown", limits.model),
      provider: upstream.provider,
      created,
      latencyMs: this.#since(this.#options.now()),
      ttftMs: this.#ttftMs,
      streaming: facts.streaming,
      cost: reading.cost ?? this.#gatewayCost,
      statusCode: this.#statusCode,
      finishReason: label(reading.finishReason),
      endpoint: label(pathOf(path)),
      userId: label(headerOf(headers, "x-telltale-user") ?? facts.userId),
      organizationId: label(headerOf(headers, "x-telltale-organization") ?? this.#organization),
      service: label(headerOf(headers, "x-telltale-service")),
      traceId: trace?.traceId ?? null,
      responseId: label(reading.responseId),
      serviceTier: label(reading.serviceTier),
      apiKey: keyLabel(headerOf(headers, "x-telltale-key-name") ?? labelOf(headers)),
      attributes: boundedAttributes(ownLabels(headers)),
      demo: upstream.demo,
    };
  }

  /** The clock may be set back; durations are never negative. */
  #since(now: number): number {
    return Math.max(0, now - this.#call.created);
  }
}

const incomplete: RequestFailure = {
  type: "incomplete_stream",
  message: "The upstream ended the stream before the answer was complete",
};

function label(text: string | null): string | null {
  return text === null || text === "" ? null : cut(text, limits.label);
}

/** `x-telltale-key` where it is a name and not what lets the caller in. */
function labelOf(headers: HeaderLines): string | null {
  const text = headerOf(headers, "x-telltale-key");
  return text === null || isKeyLike(text.trim()) ? null : text;
}

/** `x-telltale-attribute-<name>` headers. */
function* ownLabels(headers: HeaderLines): Generator<readonly [string, string]> {
  for (const [name, value] of eachHeader(headers)) {
    const label = /^x-telltale-attribute-(.+)$/.exec(name)?.[1];
    if (label !== undefined && value !== "") yield [label, cut(value, limits.label)];
  }
}

/** The trace and the span of a `traceparent` header (W3C Trace Context 3.2). */
function traceOf(header: string | null): { traceId: string; spanId: string } | null {
  const [, traceId = "", spanId = ""] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/.exec(header ?? "") ?? [];
  return /[^0]/.test(traceId) && /[^0]/.test(spanId) ? { traceId, spanId } : null;
}
