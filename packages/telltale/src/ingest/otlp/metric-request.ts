import { cut, limits, type RequestEvent, unknownRequest } from "../../event.ts";
import { fingerprint } from "../gateway-fields.ts";
import { type Attributes, text } from "./attributes.ts";
import type { HistogramValue, MetricPoint } from "./metric-point.ts";
import { providerNamed } from "./model.ts";

/** What one request used. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** `service.name`; null for one that nobody named. */
export function serviceOf({ resource }: Pick<MetricPoint, "resource">): string | null {
  const name = text(resource, ["service.name"]);
  return name === undefined || /^unknown_service(:|$)/.test(name) ? null : name;
}

/** Which tokens a point of `gen_ai.client.token.usage` counts. */
export function tokenType({ attributes }: MetricPoint): "input" | "output" | null {
  const type = text(attributes, ["gen_ai.token.type"]);
  if (type === "input" || type === "prompt") return "input";
  return type === "output" || type === "completion" ? "output" : null;
}

function entriesOf(attributes: Attributes): unknown[] {
  return [...attributes].map(([key, value]) => [key, String(value)]).sort();
}

/** What makes a series one, but for its start. */
export function seriesKey({ resource, scope, name, attributes }: MetricPoint): unknown[] {
  return [entriesOf(resource), scope, name, entriesOf(attributes)];
}

const providerNames = ["gen_ai.provider.name", "gen_ai.system"];
const modelNames = ["gen_ai.response.model", "gen_ai.request.model"];

/** What the duration and the tokens of the same calls have in common. */
export function callKey({ resource, attributes }: MetricPoint): string {
  const names = ["gen_ai.operation.name", "gen_ai.request.model", "gen_ai.response.model"];
  const of = [...names.map((name) => [name]), providerNames, ["server.address"], ["server.port"]];
  return fingerprint(
    entriesOf(resource),
    of.map((name) => text(attributes, name) ?? null),
  );
}

/** A latency for each of `made` new observations, ms: the middle of its bucket; else the mean. */
export function latenciesOf(
  value: HistogramValue,
  before: readonly number[],
  made: number,
): number[] {
  const latencies: number[] = [];
  value.counts.forEach((count, i) => {
    const low = value.bounds[i - 1] ?? 0;
    const high = value.bounds[i] ?? low * 1.5;
    const fresh = Math.max(0, count - (before[i] ?? 0));
    for (let n = 0; n < fresh && latencies.length < made; n++) {
      latencies.push(((low + high) / 2) * 1000);
    }
  });
  if (value.sum === null || value.count === 0) return latencies;
  const mean = (value.sum / value.count) * 1000;
  if (latencies.length === 0) return new Array<number>(made).fill(mean);
  return latencies;
}

/** An observation as a request that ended at `end` (Unix ms). */
export function requestOf(
  { attributes, resource, name, value }: MetricPoint,
  id: string,
  end: number,
  latency: number | null,
  tokens: Tokens | null,
): RequestEvent {
  const failed = text(attributes, ["error.type"]);
  const provider = text(attributes, providerNames);
  const timed = name.endsWith("duration") && typeof value !== "number";
  const latencyMs = timed ? latency : null;
  const label = (part: string | undefined): string | null =>
    part === undefined ? null : cut(part, limits.label);
  const status = Number(failed);
  return {
    ...unknownRequest,
    id,
    source: "metrics",
    model: cut(text(attributes, modelNames) ?? "unknown", limits.model),
    provider: provider === undefined ? null : label(providerNamed(provider) ?? undefined),
    status: failed === undefined ? "success" : "error",
    created: end - (latencyMs ?? 0),
    latencyMs,
    usage: tokens === null ? null : { ...tokens, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
    usageQuality: tokens === null ? "unknown" : "estimated",
    failure:
      failed === undefined
        ? null
        : { type: cut(failed, limits.label), message: "Told by a metric, without a message" },
    statusCode: status >= 100 && status <= 599 ? status : null,
    endpoint: label(text(attributes, ["gen_ai.operation.name"])),
    service: label(serviceOf({ resource }) ?? undefined),
    // After a restart it is made again of all that is counted by then.
    undated: true,
  };
}
