import type { RequestStatus, Severity } from "@telltale/protocol";

/**
 * Token counts of one request in exclusive buckets: no token is in two of them, except reasoning,
 * which is part of the output. Each door converts its source's convention once.
 */
export interface TokenUsage {
  /** Input tokens that were neither read from nor written to a cache. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Output tokens, reasoning included. */
  readonly output: number;
  /** Part of `output`. */
  readonly reasoning: number;
}

/** Where a request's token counts come from. */
export type UsageQuality = "reported" | "estimated" | "unknown";

/** The door a request came in by. */
export type Source = "native" | "proxy" | "otlp" | "litellm" | "helicone" | "metrics";

export interface RequestFailure {
  /** `error.type` of OpenTelemetry: a class name, a provider code or an HTTP status. */
  readonly type: string;
  readonly message: string;
  readonly stack?: string | undefined;
}

/** Labels of the caller's own. */
export type Attributes = Readonly<Record<string, string>>;

/** One LLM call, in the one form that everything behind the doors works with. */
export interface RequestEvent {
  /** Unique per call; repeats within 24 h are the same call. 1 to 256 characters. */
  readonly id: string;
  readonly source: Source;
  readonly model: string;
  /** OpenTelemetry `gen_ai.provider.name`; null when unknown. */
  readonly provider: string | null;
  readonly status: RequestStatus;
  /** Start, Unix ms. */
  readonly created: number;
  /** Request to last byte, ms; so far, while in progress; null when unknown. */
  readonly latencyMs: number | null;
  /** Request to first token, ms. */
  readonly ttftMs: number | null;
  readonly streaming: boolean;
  /** Null when nobody reported it: unknown is not zero. */
  readonly usage: TokenUsage | null;
  readonly usageQuality: UsageQuality;
  /** US dollars; null when unknown. A door sets it only where the source reports it. */
  readonly cost: number | null;
  readonly failure: RequestFailure | null;
  readonly statusCode: number | null;
  readonly finishReason: string | null;
  /** Path or operation. */
  readonly endpoint: string | null;
  readonly userId: string | null;
  readonly organizationId: string | null;
  /** `service.name` of the caller. */
  readonly service: string | null;
  readonly traceId: string | null;
  /** The provider's id of the answer. */
  readonly responseId: string | null;
  /** Name of the key the call was made with, as {@link keyLabel} gives it; never the key. */
  readonly apiKey: string | null;
  /** Wait before the provider or engine began to work on it, ms. */
  readonly queueMs: number | null;
  /** Tier the provider served it in, such as `flex`, `priority` or `batch`. */
  readonly serviceTier: string | null;
  /** The caller's own labels, as {@link boundedAttributes} gives them; null when there are none. */
  readonly attributes: Attributes | null;
  readonly demo: boolean;
  /** Whether nobody told when it was, so that it has another time when it is told again. Not stored. */
  readonly undated?: boolean | undefined;
}

/** What every event has in common until its door knows more. */
export const unknownRequest: Omit<RequestEvent, "id" | "source" | "model" | "status" | "created"> =
  {
    provider: null,
    latencyMs: null,
    ttftMs: null,
    streaming: false,
    usage: null,
    usageQuality: "unknown",
    cost: null,
    failure: null,
    statusCode: null,
    finishReason: null,
    endpoint: null,
    userId: null,
    organizationId: null,
    service: null,
    traceId: null,
    responseId: null,
    apiKey: null,
    queueMs: null,
    serviceTier: null,
    attributes: null,
    demo: false,
  };

export function isFinished(event: RequestEvent): boolean {
  return event.status !== "in_progress";
}

/** All input tokens, cached ones included. */
export function promptTokens(usage: TokenUsage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite;
}

export function totalTokens(usage: TokenUsage): number {
  return promptTokens(usage) + usage.output;
}

/** End of the request as far as is known, Unix ms. */
export function endOf(event: RequestEvent): number {
  return event.created + (event.latencyMs ?? 0);
}

/** Length limits of the texts in an event; longer ones are cut by the door, except ids and models, which are refused. */
export const limits = {
  id: 256,
  model: 256,
  label: 256,
  message: 2_000,
  stack: 16_000,
  attributes: 32,
  attributeBytes: 4096,
} as const;

/** What is above is a mistake, and would drown every sum or make it infinite. */
export const most = {
  /** As a time, the last of a `Date`. */
  ms: 8.64e15,
  dollars: 1e9,
} as const;

/** `text` cut to `max` UTF-16 units, never within a surrogate pair. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}

const halves = /\p{Surrogate}/gu;

/** `text` as a database gives it back: without halves of surrogate pairs, as a client's own cutting leaves them. */
export function whole(text: string): string {
  return text.replace(halves, "\ufffd");
}

/**
 * The first {@link limits.attributes} labels that fit into {@link limits.attributeBytes} bytes of
 * UTF-8, names and values together; what does not fit is left out. Null when nothing remains.
 */
export function boundedAttributes(given: Iterable<readonly [string, string]>): Attributes | null {
  const kept: [string, string][] = [];
  let room: number = limits.attributeBytes;
  for (const pair of given) {
    if (kept.length === limits.attributes) break;
    const name = whole(pair[0]);
    const value = whole(pair[1]);
    const size = Buffer.byteLength(name) + Buffer.byteLength(value);
    if (name === "" || size > room) continue;
    room -= size;
    kept.push([name, value]);
  }
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

const secretForm = /^(bearer\s|sk[-_]|pk[-_]|gsk_|xai-|hf_|AIza|AKIA|eyJ)|^\S{40,}$/i;

/** The label of a key. What looks like the key itself is reduced to its last four characters. */
export function keyLabel(text: string | null | undefined): string | null {
  const label = text?.trim();
  if (!label) return null;
  return secretForm.test(label) ? `…${label.slice(-4)}` : cut(label, limits.label);
}

/**
 * How bad a failure is: *critical* when nothing will work until somebody acts (credentials,
 * billing), *high* for failures of the provider, *medium* for limits, *low* for what the caller did.
 */
export function severityOf(failure: RequestFailure, statusCode: number | null): Severity {
  const type = failure.type.toLowerCase();
  if (statusCode === 401 || statusCode === 402 || statusCode === 403) return "critical";
  if (/authentication|permission|billing|insufficient_quota/.test(type)) return "critical";
  if (statusCode === 429 || statusCode === 529 || /rate_?limit|overloaded/.test(type))
    return "medium";
  if (type === "cancelled") return "low";
  if (statusCode !== null && statusCode >= 400 && statusCode < 500) return "low";
  if (/invalid_request|not_found|badrequest/.test(type)) return "low";
  return "high";
}
