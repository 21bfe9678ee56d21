import {
  cut,
  keyLabel,
  limits,
  type RequestEvent,
  type RequestFailure,
  unknownRequest,
} from "../../event.ts";
import {
  attributesOf,
  fingerprint,
  firstText,
  label,
  numberOf,
  scalars,
  unixMs,
  yes,
} from "../gateway-fields.ts";
import { providerNamed } from "../otlp/model.ts";
import { redacted } from "../proxy/failure.ts";
import { type Fields, fieldsOf, listOf, textOf } from "../proxy/fields.ts";
import type { Read } from "../reports.ts";
import { serviceTierOf, usageOf } from "./usage.ts";

/** Calls that LiteLLM logs too and that ask no model anything. */
const notInference =
  /^a?(get|list|create|update|retrieve|cancel|delete|upload|modify|add|search)_|^a?(files?|batch(es)?|vector_stores?|assistants?|threads?|fine_tuning)(_|$)/;

/** Unix seconds, or a time as text, as Unix ms. */
function timeOf(value: unknown): number | null {
  const number = unixMs(value);
  if (number !== null || typeof value !== "string") return number;
  const text = value.trim().replace(" ", "T");
  const time = Date.parse(/[zZ]|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(time) ? null : time;
}

/** A failure where there was one. The traceback is not kept: it may hold what was asked. */
function failureOf(payload: Fields): RequestFailure | null {
  if (textOf(payload.status) !== "failure") return null;
  const told = fieldsOf(payload.error_information);
  const code = told?.error_code;
  const type =
    firstText(told, ["error_class"]) ??
    (typeof code === "number" ? String(code) : textOf(code)) ??
    "_OTHER";
  const message =
    firstText(told, ["error_message"]) ??
    firstText(payload, ["error_str"]) ??
    "LiteLLM gave no message";
  const kind = /cancel/i.test(type) ? "cancelled" : type;
  return redacted({ type: cut(kind, limits.label), message: cut(message, limits.message) }, []);
}

function statusCodeOf(payload: Fields): number | null {
  if (textOf(payload.status) !== "failure") return null;
  const code = numberOf(fieldsOf(payload.error_information)?.error_code);
  return code !== null && Number.isInteger(code) && code >= 100 && code <= 599 ? code : null;
}

/**
 * US dollars as LiteLLM computed them, discounts and margins included. Zero beside a note that the
 * computation failed, or of a call that failed, is no price.
 */
function costOf(payload: Fields, cacheHit: boolean, failed: boolean): number | null {
  const cost = numberOf(payload.response_cost);
  if (cacheHit) return cost !== null && cost > 0 ? cost : 0;
  if (cost === null || cost < 0) return null;
  const debug = payload.response_cost_failure_debug_info;
  const unpriced = debug !== null && debug !== undefined && debug !== "None" && debug !== "";
  return cost === 0 && (unpriced || failed) ? null : cost;
}

function attributes(payload: Fields, metadata: Fields | null): RequestEvent["attributes"] {
  const tags = listOf(payload.request_tags).filter((tag) => typeof tag === "string");
  const group = textOf(payload.model_group);
  return attributesOf([
    ["team", firstText(metadata, ["user_api_key_team_alias", "user_api_key_team_id"])],
    ["project", firstText(metadata, ["user_api_key_project_alias", "user_api_key_project_id"])],
    ["model_group", group === textOf(payload.model) ? null : group],
    ["tags", tags.length === 0 ? null : cut(tags.join(","), limits.label)],
    ["cache_hit", yes(payload.cache_hit) ? "true" : null],
    ...scalars(fieldsOf(metadata?.spend_logs_metadata)),
    ...scalars(fieldsOf(metadata?.requester_metadata)),
  ]);
}

function finishReasonOf(payload: Fields): string | null {
  const choice = fieldsOf(listOf(fieldsOf(payload.response)?.choices)[0]);
  return textOf(choice?.finish_reason);
}

/**
 * One `StandardLoggingPayload`. Every field of it may be null or missing; only a model is needed.
 * Null for calls that ask no model anything, such as file uploads.
 */
export function readCall(value: unknown, now: number): Read | null {
  const payload = fieldsOf(value);
  if (payload === null) return refusal("", "expected a StandardLoggingPayload object");
  const callType = textOf(payload.call_type);
  if (callType !== null && notInference.test(callType)) return null;
  const model = firstText(payload, ["model", "model_group"]);
  if (model === null) return refusal("model", "model: is required, as in a StandardLoggingPayload");
  if (model.length > limits.model) {
    return refusal("model", `model: expected at most ${limits.model} characters`);
  }

  const metadata = fieldsOf(payload.metadata);
  const started = timeOf(payload.startTime);
  const ended = timeOf(payload.endTime);
  const told = numberOf(payload.response_time);
  const between = started !== null && ended !== null && ended >= started ? ended - started : null;
  const latencyMs = between ?? (told !== null && told >= 0 ? told * 1000 : null);
  const created = started ?? (ended ?? now) - (latencyMs ?? 0);
  const first = timeOf(payload.completionStartTime);
  const streaming = yes(payload.stream);
  // LiteLLM repeats the end as the start of the completion when it saw none.
  const ttft = first !== null && first >= created && first < created + (latencyMs ?? 0);
  const cacheHit = yes(payload.cache_hit);
  const failure = failureOf(payload);
  const usage = usageOf(payload);
  const provider = textOf(payload.custom_llm_provider);
  const route = firstText(metadata, ["user_api_key_request_route"]);
  const id = textOf(payload.id);
  const callId = textOf(payload.litellm_call_id);
  const traceId = firstText(payload, ["trace_id"]);
  const queue = numberOf(metadata?.queue_time_seconds);
  return {
    event: {
      ...unknownRequest,
      id: `litellm-${id === null && callId === null && started === null ? fingerprint(payload) : fingerprint(callId, id, started)}`,
      source: "litellm",
      model,
      provider: provider === null ? null : label(providerNamed(provider)),
      status: failure === null ? "success" : "error",
      created,
      latencyMs,
      ttftMs: streaming && ttft && first !== null ? first - created : null,
      streaming,
      usage,
      usageQuality: usage === null ? "unknown" : "reported",
      cost: costOf(payload, cacheHit, failure !== null),
      failure,
      statusCode: statusCodeOf(payload),
      finishReason: label(finishReasonOf(payload)),
      endpoint: label(route ?? callType),
      userId: label(
        firstText(metadata, ["user_api_key_end_user_id"]) ??
          firstText(payload, ["end_user"]) ??
          firstText(metadata, ["user_api_key_user_email", "user_api_key_user_id"]),
      ),
      organizationId: label(
        firstText(metadata, [
          "user_api_key_org_alias",
          "user_api_key_org_id",
          "user_api_key_team_alias",
          "user_api_key_team_id",
        ]),
      ),
      traceId: traceId !== null && /^[0-9a-f]{32}$/.test(traceId) ? traceId : null,
      // An answer from LiteLLM's cache has the id of another call's answer.
      responseId: failure === null && !cacheHit && id !== callId ? label(id) : null,
      apiKey: keyLabel(firstText(metadata, ["user_api_key_alias", "user_api_key_hash"])),
      queueMs: queue !== null && queue >= 0 ? queue * 1000 : null,
      serviceTier: label(serviceTierOf(payload)),
      attributes: attributes(payload, metadata),
      undated: (started ?? ended) === null || undefined,
    },
  };
}

function refusal(path: string, error: string): Read {
  return { refusal: { path, error } };
}
