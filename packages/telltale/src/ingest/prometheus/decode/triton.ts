import {
  type EngineSample,
  type GpuSample,
  unknownCache,
  unknownEngine,
  unknownGpu,
} from "../../../engine-sample.ts";
import type { Page } from "../page.ts";
import { enginesBy } from "./engines.ts";

export const TRITON: RegExp = /^nv_(.+)$/;

/** Bounds are in milliseconds. */
const MS = 0.001;

/**
 * One engine per model. Where the TensorRT-LLM backend reports, only its models are: the steps before
 * and after it would count each request again.
 */
export function decodeTriton(page: Page): EngineSample[] {
  const own = page.under(TRITON);
  const isLlm = own.has("trt_llm_request_metrics", "trt_llm_kv_cache_block_metrics");
  return enginesBy(own, ["model", "version"], (model) => {
    const requests = (type: string): number | null =>
      model.where((labels) => labels.get("request_type") === type).sum("trt_llm_request_metrics");
    const block = (type: string): Page =>
      model.where((labels) => labels.get("kv_cache_block_type") === type);
    const name = model.label("model");
    const finished = model.count("inference_request_success");
    const waiting = requests("waiting") ?? model.sum("inference_pending_request_count");
    if (name === null || (finished === null && waiting === null)) return null;
    if (isLlm && !model.has("trt_llm_request_metrics", "trt_llm_kv_cache_block_metrics"))
      return null;
    const usage = block("fraction").share("trt_llm_kv_cache_block_metrics");
    return {
      ...unknownEngine,
      id: "",
      kind: "triton",
      model: name,
      running: requests("scheduled"),
      waiting,
      cache:
        usage === null
          ? null
          : {
              ...unknownCache,
              usage,
              capacity: block("max").sum("trt_llm_kv_cache_block_metrics"),
            },
      requests: finished,
      ttft: model.histogram(["inference_first_response_histogram_ms"], MS),
    };
  });
}

/** Triton tells of its GPUs as well, by their ids alone. */
export function gpusOfTriton(page: Page): GpuSample[] {
  const groups = [...page.under(TRITON).by(["gpu_uuid"])].filter(([key]) => key !== '[""]');
  return groups.map(([, gpu], index) => {
    const usage = gpu.share("gpu_utilization");
    return {
      ...unknownGpu,
      index,
      uuid: gpu.label("gpu_uuid"),
      usage: usage === null ? null : usage * 100,
      memoryUsedBytes: gpu.sum("gpu_memory_used_bytes"),
      memoryTotalBytes: gpu.sum("gpu_memory_total_bytes"),
      power: gpu.sum("gpu_power_usage"),
    };
  });
}
