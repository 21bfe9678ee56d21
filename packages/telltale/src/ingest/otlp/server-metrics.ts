import {
  type CumulativeHistogram,
  type EngineReport,
  type EngineSample,
  type GpuSample,
  unknownEngine,
  unknownGpu,
} from "../../engine-sample.ts";
import { figure, text } from "./attributes.ts";
import type { HistogramValue, MetricPoint } from "./metric-point.ts";

/** Exporters send every minute unless told otherwise; two may be lost. */
const validFor = 200_000;
/** Engines that send their figures here; more are not followed. */
const mostSources = 1_000;

type Timed = "ttft" | "interToken";

const timed: ReadonlyMap<string, Timed> = new Map<string, Timed>([
  ["gen_ai.server.time_to_first_token", "ttft"],
  ["gen_ai.server.time_per_output_token", "interToken"],
]);

interface Source {
  readonly engines: Map<string, EngineSample>;
  readonly gpus: Map<string, GpuSample>;
}

/**
 * `gen_ai.server.*` and `hw.gpu.*` metrics as figures of engines and GPUs. What is told as growth since
 * the last point is added up, as engines count since they started.
 */
export class ServerMetrics {
  readonly #sources = new Map<string, Source>();

  /** What each source that `points` speak of says now. */
  reports(points: readonly MetricPoint[], now: number): EngineReport[] {
    const touched = new Map<string, Source>();
    for (const point of points) {
      const engine = point.name.startsWith("gen_ai.server.");
      if (!engine && !point.name.startsWith("hw.")) continue;
      const name = sourceOf(point);
      const source = this.#sources.get(name) ?? { engines: new Map(), gpus: new Map() };
      if (engine) addEngine(source.engines, point);
      else addGpu(source.gpus, point);
      if (!this.#sources.has(name) && this.#sources.size >= mostSources) continue;
      this.#sources.set(name, source);
      touched.set(name, source);
    }
    return Array.from(touched, ([source, { engines, gpus }]) => ({
      source,
      at: now,
      validFor,
      engines: [...engines.values()],
      gpus: [...gpus.values()],
      rateLimits: [],
    })).filter(({ engines, gpus }) => engines.length + gpus.length > 0);
  }
}

function sourceOf({ resource }: MetricPoint): string {
  const service = text(resource, ["service.name"]) ?? text(resource, ["host.name"]) ?? "unnamed";
  const instance = text(resource, ["service.instance.id"]);
  return instance === undefined ? `otlp ${service}` : `otlp ${service} ${instance}`;
}

function addEngine(engines: Map<string, EngineSample>, point: MetricPoint): void {
  const { name, attributes, value } = point;
  if (typeof value === "number") return;
  const model = text(attributes, ["gen_ai.response.model", "gen_ai.request.model"]) ?? null;
  const id = [model, text(attributes, ["server.address"]), text(attributes, ["server.port"])]
    .filter((part) => part !== null && part !== undefined)
    .join(" ");
  const known = engines.get(id) ?? { ...unknownEngine, id, kind: "other" as const, model };
  if (name === "gen_ai.server.request.duration") {
    const before = point.temporality === "delta" ? (known.requests ?? 0) : 0;
    engines.set(id, { ...known, requests: before + value.count });
    return;
  }
  const field = timed.get(name);
  if (field === undefined || value.counts.length === 0) return;
  const before = point.temporality === "delta" ? known[field] : null;
  engines.set(id, { ...known, [field]: merged(before, value) });
}

function merged(before: CumulativeHistogram | null, value: HistogramValue): CumulativeHistogram {
  const { bounds, counts, sum } = value;
  const alike =
    before !== null &&
    before.bounds.length === bounds.length &&
    before.bounds.every((bound, i) => bound === bounds[i]);
  if (!alike) return { bounds, counts, sum };
  return {
    bounds,
    counts: counts.map((count, i) => count + (before.counts[i] ?? 0)),
    sum: sum === null || before.sum === null ? null : sum + before.sum,
  };
}

function addGpu(gpus: Map<string, GpuSample>, point: MetricPoint): void {
  const { name, attributes, resource, value } = point;
  if (typeof value !== "number") return;
  const ofGpu = name.startsWith("hw.gpu.") || text(attributes, ["hw.type"]) === "gpu";
  if (!ofGpu) return;
  const id = text(attributes, ["hw.id"]) ?? text(attributes, ["hw.name"]) ?? "0";
  const serial = text(attributes, ["hw.serial_number"]);
  const known = gpus.get(id) ?? {
    ...unknownGpu,
    index: figure(attributes, ["hw.gpu.index", "gpu.index"]) ?? indexIn(id) ?? gpus.size,
    uuid: /^(GPU|MIG)-/.test(id) ? id : (serial ?? null),
    name: text(attributes, ["hw.model", "hw.name"]) ?? null,
    host: text(resource, ["host.name"]) ?? null,
  };
  const changed = changeOf(name, attributes, value);
  if (changed !== null) gpus.set(id, { ...known, ...changed });
}

function indexIn(id: string): number | undefined {
  return /^(gpu)?\d{1,3}$/i.test(id) ? Number(id.replace(/\D/g, "")) : undefined;
}

function changeOf(
  name: string,
  attributes: MetricPoint["attributes"],
  value: number,
): Partial<GpuSample> | null {
  switch (name) {
    case "hw.gpu.utilization": {
      // One figure per task; the general one says how busy the GPU is.
      const task = text(attributes, ["hw.gpu.task"]);
      return task === undefined || task === "general" ? { usage: value * 100 } : null;
    }
    case "hw.gpu.memory.usage":
      return { memoryUsedBytes: value };
    case "hw.gpu.memory.limit":
      return { memoryTotalBytes: value };
    case "hw.temperature":
      return { temperature: value };
    case "hw.power":
      return { power: value };
    default:
      return null;
  }
}
