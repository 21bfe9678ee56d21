import { cut, keyLabel, limits, type RequestFailure, unknownRequest } from "../../event.ts";
import { attributesOf, fingerprint, label, numberOf, unixMs } from "../gateway-fields.ts";
import { failureOfStatus, redacted } from "../proxy/failure.ts";
import { type Fields, fieldsOf, textOf } from "../proxy/fields.ts";
import { emptyReading, type Reading, reportedUsage } from "../proxy/reading.ts";
import { type Read, type Reports, readReports } from "../reports.ts";
import { readJson, readText } from "./answer.ts";
import { providerAt } from "./provider.ts";

/** Header names in lower case. */
export type HeliconeHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Reads Helicone's manual log: `{providerRequest: {url, json, meta}, providerResponse: {json |
 * textBody, status, headers}, timing}`; who called is in the headers of the post, or in `meta`.
 *
 * @param parse JSON within the server's limits; throws SyntaxError
 * @throws {ReportsError} when nothing of it can be read
 * @see https://docs.helicone.ai/getting-started/integration-method/custom
 */
export function readHeliconeBody(
  text: string,
  parse: (text: string) => unknown,
  headers: HeliconeHeaders,
  now: number,
): Reports {
  return readReports(text, parse, (item) => readLog(item, headers, now));
}

function readLog(value: unknown, headers: HeliconeHeaders, now: number): Read {
  const log = fieldsOf(value);
  const request = fieldsOf(log?.providerRequest);
  const response = fieldsOf(log?.providerResponse);
  if (log === null || request === null || response === null) {
    const path = request === null ? "providerRequest" : "providerResponse";
    return {
      refusal: { path, error: `${path}: expected an object, as in Helicone's manual log` },
    };
  }
  const asked = fieldsOf(request.json);
  const answer = wholeOf(response.json);
  const reading = emptyReading();
  if (answer !== null) readJson(reading, answer);
  else readText(reading, textOf(response.textBody) ?? textOf(response.json) ?? "");

  const model = reading.model ?? textOf(asked?.model) ?? "unknown";
  if (model.length > limits.model) {
    const error = `model: expected at most ${limits.model} characters`;
    return { refusal: { path: "providerRequest.json.model", error } };
  }
  const timing = fieldsOf(log.timing);
  const started = timeOf(timing?.startTime);
  const ended = timeOf(timing?.endTime);
  const latencyMs = started !== null && ended !== null && ended >= started ? ended - started : null;
  const ttft = numberOf(timing?.timeToFirstToken);
  const streaming = asked?.stream === true || (ttft !== null && answer === null);
  const status = numberOf(response.status);
  const failure = failureOf(reading, status, answer);
  const usage = reportedUsage(reading);
  const of = (name: string): string | null => header(name, headers, fieldsOf(request.meta));
  const id = of("helicone-request-id");
  return {
    event: {
      ...unknownRequest,
      id: `helicone-${id !== null && id.length <= 128 ? id : fingerprint(log)}`,
      source: "helicone",
      model,
      provider: providerAt(textOf(request.url) ?? ""),
      status: failure === null ? "success" : "error",
      created: started ?? (ended ?? now) - (latencyMs ?? 0),
      latencyMs,
      ttftMs: ttft !== null && ttft >= 0 && ttft <= (latencyMs ?? 0) ? ttft : null,
      streaming,
      usage,
      usageQuality: usage === null ? "unknown" : "reported",
      cost: reading.cost,
      failure,
      statusCode: status !== null && status >= 100 && status <= 599 ? status : null,
      finishReason: label(reading.finishReason),
      endpoint: label(pathOf(textOf(request.url) ?? "")),
      userId: label(of("helicone-user-id") ?? textOf(asked?.user)),
      organizationId: label(of("helicone-organization-id")),
      service: label(of("helicone-property-service") ?? of("helicone-property-app")),
      responseId: label(reading.responseId),
      apiKey: keyLabel(of("helicone-property-key")),
      serviceTier: label(reading.serviceTier),
      attributes: attributesOf([
        ["session", of("helicone-session-id")],
        ["session_name", of("helicone-session-name")],
        ...properties(headers),
        ...properties(fieldsOf(request.meta) ?? {}),
      ]),
      undated: (started ?? ended) === null || undefined,
    },
  };
}

/** Helicone's own logger sends an empty object beside the text of an answer. */
function wholeOf(json: unknown): Fields | null {
  const answer = fieldsOf(json);
  return answer === null || Object.keys(answer).length === 0 ? null : answer;
}

/** Status -3 is Helicone's for a call that was cancelled, other negative ones for none at all. */
function failureOf(
  reading: Reading,
  status: number | null,
  answer: Fields | null,
): RequestFailure | null {
  if (status === -3) return { type: "cancelled", message: "The call was cancelled" };
  const failed = status !== null && (status >= 400 || status < 0);
  const failure = failed ? failureOfStatus(status, answer) : reading.failure;
  return failure && redacted(failure, []);
}

/** `{seconds, milliseconds}`, or a number or text of other clients; Unix ms. */
function timeOf(value: unknown): number | null {
  const parts = fieldsOf(value);
  if (parts !== null) {
    const seconds = numberOf(parts.seconds);
    return seconds === null ? null : unixMs(seconds * 1000 + (numberOf(parts.milliseconds) ?? 0));
  }
  const number = unixMs(value);
  if (number !== null) return number;
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

function header(name: string, headers: HeliconeHeaders, meta: Fields | null): string | null {
  const sent = headers[name];
  if (typeof sent === "string" && sent !== "") return sent;
  for (const [key, value] of Object.entries(meta ?? {})) {
    if (key.toLowerCase() === name) return textOf(value);
  }
  return null;
}

function* properties(of: Readonly<Record<string, unknown>>): Generator<readonly [string, string]> {
  for (const [key, value] of Object.entries(of)) {
    const name = /^helicone-property-(.+)$/i.exec(key)?.[1];
    if (name === undefined || typeof value !== "string" || /^key$/i.test(name)) continue;
    yield [cut(name.toLowerCase(), limits.label), cut(value, limits.label)];
  }
}

function pathOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).pathname : null;
}
