import { cut, limits, type RequestEvent } from "../../event.ts";
import { text } from "./attributes.ts";
import { callerOf } from "./caller.ts";
import { costOf } from "./cost.ts";
import { OtlpError } from "./error.ts";
import { outcomeOf } from "./failure.ts";
import { finishReasonOf } from "./finish-reason.ts";
import { labelsOf } from "./labels.ts";
import { modelOf, providerOf } from "./model.ts";
import type { Operation } from "./operation.ts";
import { milliseconds, type Span } from "./span.ts";
import { streamingOf } from "./streaming.ts";
import { firstTokenOf } from "./ttft.ts";
import { usageOf } from "./usage.ts";

const serviceTiers = [
  "openai.response.service_tier",
  "gen_ai.openai.response.service_tier",
  "gen_ai.response.service_tier",
  "gen_ai.usage.service_tier",
];

/** At the beginning of the answer; in LangChain's form of it, in the message, told by how providers' ids look. */
const idsWithin = [
  /^\{\s*"id":\s*"([^"\\]{1,256})"/,
  /"id":\s?"((?:chatcmpl|resp|msg)[-_][\w-]{1,200})"/,
];

/** OpenInference has the answer's id only within the answer, of which nothing else is read. */
function idWithinAnswer(span: Span): string | undefined {
  const answer = text(span.attributes, ["output.value"]) ?? "";
  for (const form of idsWithin) {
    const id = form.exec(answer)?.[1];
    if (id !== undefined) return id;
  }
  return undefined;
}

function responseIdOf(span: Span): string | null {
  const id =
    text(span.attributes, ["gen_ai.response.id", "ai.response.id", "llm.response.id"]) ??
    idWithinAnswer(span);
  return id === undefined ? null : cut(id, limits.label);
}

/**
 * A span that calls a model, as a request. Its id is stable: an exporter that retries a batch
 * repeats it. It says where the span stands in its trace, so that this is known after a restart too. An end before the start (a clock that was set back) leaves the latency unknown.
 *
 * @throws {OtlpError} when its times are missing or its model name is too long.
 */
export function requestOf(span: Span, operation: Operation): RequestEvent {
  const { where, start, end, traceId, spanId, parentSpanId } = span;
  for (const [name, time] of [
    ["startTimeUnixNano", start],
    ["endTimeUnixNano", end],
  ] as const) {
    if (time === 0n)
      throw new OtlpError(`${where}.${name}`, "nanoseconds since 1970", "nothing or 0");
  }
  const model = modelOf(span);
  if (model.length > limits.model)
    throw new OtlpError(
      `${where}.attributes`,
      `a model name of at most ${limits.model} characters`,
      `${model.length} characters`,
    );

  const usage = usageOf(span, operation);
  const { failure, statusCode } = outcomeOf(span);
  const latencyMs = milliseconds(start, end) ?? null;
  const toldStreaming = streamingOf(span);
  const firstToken = firstTokenOf(span);
  // A whole answer has no first token of its own, and none can come after the last: such a figure is in another unit.
  const plausible =
    toldStreaming !== false && firstToken !== undefined && firstToken <= (latencyMs ?? Infinity);
  const provider = providerOf(span);
  const finishReason = finishReasonOf(span);
  const { userId, organizationId, service } = callerOf(span);
  const tier = text(span.attributes, serviceTiers);
  // Every field by name: spreading defaults first makes V8 build a dictionary, 10 µs an event.
  return {
    id: `otlp-${traceId}-${spanId}${parentSpanId === null ? "" : `-${parentSpanId}`}`,
    source: "otlp",
    model,
    provider: provider === null ? null : cut(provider, limits.label),
    status: failure === null ? "success" : "error",
    created: Number(start / 1_000_000n),
    latencyMs,
    ttftMs: plausible ? firstToken : null,
    streaming: toldStreaming ?? firstToken !== undefined,
    usage,
    usageQuality: usage === null ? "unknown" : "reported",
    cost: costOf(span),
    failure,
    statusCode,
    finishReason: finishReason === undefined ? null : cut(finishReason, limits.label),
    endpoint: operation,
    userId,
    organizationId,
    service,
    traceId,
    responseId: responseIdOf(span),
    apiKey: null,
    queueMs: null,
    serviceTier: tier === undefined ? null : cut(tier, limits.label),
    attributes: labelsOf(span.attributes),
    demo: false,
  };
}
