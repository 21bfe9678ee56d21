import { OtlpError } from "./error.ts";
import { type Fields, listAt, namesOf, objectAt, own } from "./fields.ts";
import { type MetricKind, type MetricPoint, readPoint, type Temporality } from "./metric-point.ts";
import { readAttributes } from "./value.ts";
import { type OtlpFormat, parseBody } from "./wire.ts";

export interface DecodedMetrics {
  /** Of metrics that are read here; the others are accepted and left. */
  readonly points: MetricPoint[];
  /** Data points of those metrics that could not be read. */
  readonly rejected: number;
  /** Why the first was rejected, and how many more were; empty when none was. */
  readonly errorMessage: string;
}

/** Metrics about models and GPUs; all others are accepted unread. */
const read = /^(gen_ai\.|hw\.)/;

const kinds: readonly MetricKind[] = ["gauge", "sum", "histogram", "exponentialHistogram"];

function temporalityOf(data: Fields, kind: MetricKind): Temporality {
  if (kind === "gauge") return "gauge";
  const told = own(data, "aggregationTemporality");
  return told === 1 || told === "AGGREGATION_TEMPORALITY_DELTA" ? "delta" : "cumulative";
}

/**
 * The points of an OTLP/HTTP metric export (`POST /v1/metrics`) that tell of models and GPUs. A faulty
 * point is rejected alone.
 *
 * @throws {OtlpError} when the body cannot be decoded, or none of its points can be read
 */
export function decodeMetrics(body: Uint8Array, format: OtlpFormat): DecodedMetrics {
  const request = objectAt(parseBody(body, format, "metrics"), "body");
  const list = own(request, "resourceMetrics");
  const [other] = namesOf(request);
  if (list === undefined && (other !== undefined || (format === "protobuf" && body.length > 0)))
    throw new OtlpError("body", "an object with resourceMetrics", other ?? "something else");
  const points: MetricPoint[] = [];
  const faults: OtlpError[] = [];
  const attempt = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      if (!(error instanceof OtlpError)) throw error;
      faults.push(error);
    }
  };
  listAt(list, "resourceMetrics", "ResourceMetrics").forEach((entry, r) => {
    const at = `resourceMetrics[${r}]`;
    const group = objectAt(entry, at);
    const rawResource = own(group, "resource");
    const holder = rawResource === undefined ? {} : objectAt(rawResource, `${at}.resource`);
    const resource = readAttributes(own(holder, "attributes"), `${at}.resource.attributes`);
    listAt(own(group, "scopeMetrics"), `${at}.scopeMetrics`, "ScopeMetrics").forEach((raw, s) => {
      const scopeAt = `${at}.scopeMetrics[${s}]`;
      const scoped = objectAt(raw, scopeAt);
      const rawScope = own(scoped, "scope");
      const scope = rawScope === undefined ? {} : objectAt(rawScope, `${scopeAt}.scope`);
      const metrics = listAt(own(scoped, "metrics"), `${scopeAt}.metrics`, "metrics");
      metrics.forEach((item, m) => {
        const where = `${scopeAt}.metrics[${m}]`;
        const metric = objectAt(item, where);
        const name = own(metric, "name");
        if (typeof name !== "string" || !read.test(name)) return;
        const unit = own(metric, "unit");
        for (const kind of kinds) {
          const rawData = own(metric, kind);
          if (rawData === undefined) continue;
          const data = objectAt(rawData, `${where}.${kind}`);
          const temporality = temporalityOf(data, kind);
          const list = listAt(own(data, "dataPoints"), `${where}.${kind}.dataPoints`, "points");
          list.forEach((value, i) => {
            attempt(() => {
              const path = `${where}.${kind}.dataPoints[${i}]`;
              const point = readPoint(value, path, kind);
              if (point === null) return;
              points.push({
                ...point,
                resource,
                scope: String(own(scope, "name") ?? ""),
                name,
                unit: typeof unit === "string" ? unit : "",
                temporality,
              });
            });
          });
        }
      });
    });
  });
  const [first] = faults;
  if (points.length === 0 && first !== undefined) throw first;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  return {
    points,
    rejected: faults.length,
    errorMessage: first === undefined ? "" : first.message + more,
  };
}

/** Whether a body is an export of logs; nothing of it is kept. @throws {OtlpError} when it is none */
export function checkLogs(body: Uint8Array, format: OtlpFormat): void {
  const request = objectAt(parseBody(body, format, "logs"), "body");
  const [other] = namesOf(request);
  if (other !== undefined && own(request, "resourceLogs") === undefined)
    throw new OtlpError("body", "an object with resourceLogs", other);
  listAt(own(request, "resourceLogs"), "resourceLogs", "ResourceLogs");
}
