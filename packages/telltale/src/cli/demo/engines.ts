import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EXPOSITION_TYPE, family, histogram, type Labels } from "../../http/exposition-text.ts";
import type { ScrapeTarget } from "../../ingest/prometheus/target.ts";
import type { Random } from "./dice.ts";
import { FakeEngine, type Place } from "./fake-engine.ts";
import type { Usage } from "./usage.ts";

export interface DemoEngines {
  readonly targets: readonly ScrapeTarget[];
  /** Gives a request to the engine that has fewer of them. */
  take(usage: Usage): Place;
  close(): Promise<void>;
}

export interface DemoEngineOptions {
  /** Uniform over [0, 1). */
  readonly random?: Random;
  /** Unix ms. */
  readonly now?: () => number;
}

const MODEL = "llama-3.3-70b-instruct";
const GPU_MIB = 81_559;

/**
 * Starts a local server that plays a vLLM with two engines and the DCGM exporter of their GPUs, for the
 * scraper to scrape: it cannot tell the difference.
 */
export async function createDemoEngines({
  random = Math.random,
  now = Date.now,
}: DemoEngineOptions = {}): Promise<DemoEngines> {
  const engines = [new FakeEngine(random), new FakeEngine(random)] as const;
  const temperatures = engines.map(() => 45);
  const server = createServer((request, response) => {
    for (const engine of engines) engine.advance(now());
    response.setHeader("content-type", EXPOSITION_TYPE);
    if (request.url === "/metrics") response.end(vllmPage(engines));
    else if (request.url === "/dcgm/metrics") response.end(dcgmPage(engines, temperatures, random));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address: AddressInfo | string | null = server.address();
  const base = `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;
  const target = (name: string, path: string): ScrapeTarget => ({
    name,
    url: new URL(base + path),
    kind: undefined,
    intervalMs: 1000,
    headers: {},
  });
  return {
    targets: [target("demo-vllm", "/metrics"), target("demo-dcgm", "/dcgm/metrics")],
    take: (usage) => {
      const [one, other] = engines;
      const inside = ({ running, waiting }: FakeEngine): number => running + waiting;
      return (inside(one) <= inside(other) ? one : other).take(usage, now());
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function vllmPage(engines: readonly FakeEngine[]): string {
  const labels = (index: number): Labels => ({ engine: String(index), model_name: MODEL });
  const of = (
    name: string,
    type: "gauge" | "counter",
    help: string,
    pick: (engine: FakeEngine) => number,
  ): string =>
    family(
      `vllm:${name}`,
      type,
      help,
      engines.map((engine, i) => [labels(i), pick(engine)]),
    );
  const spread = (
    name: string,
    help: string,
    pick: (engine: FakeEngine) => FakeEngine["ttft"],
  ): string =>
    histogram(
      `vllm:${name}`,
      help,
      engines.map((engine, i) => [labels(i), pick(engine)] as const),
    );
  return [
    of("num_requests_running", "gauge", "Requests in execution batches", (e) => e.running),
    of("num_requests_waiting", "gauge", "Requests waiting", (e) => e.waiting),
    of("kv_cache_usage_perc", "gauge", "KV cache usage, 1 is 100 percent", (e) => e.cacheUsage),
    of("prefix_cache_queries_total", "counter", "Queried tokens", (e) => e.queriedTokens),
    of("prefix_cache_hits_total", "counter", "Cached tokens", (e) => e.hitTokens),
    of("num_preemptions_total", "counter", "Preemptions", (e) => e.preemptions),
    of("prompt_tokens_total", "counter", "Prefill tokens", (e) => e.promptTokens),
    of("generation_tokens_total", "counter", "Generated tokens", (e) => e.generatedTokens),
    family(
      "vllm:request_success_total",
      "counter",
      "Finished requests",
      engines.map((engine, i) => [{ ...labels(i), finished_reason: "stop" }, engine.finished]),
    ),
    family(
      "vllm:cache_config_info",
      "gauge",
      "The cache's settings",
      engines.map((engine, i) => [
        { block_size: "16", engine: String(i), num_gpu_blocks: String(engine.blocks) },
        1,
      ]),
    ),
    spread("time_to_first_token_seconds", "Time to first token", (e) => e.ttft),
    spread("inter_token_latency_seconds", "Inter-token latency", (e) => e.interToken),
    spread("request_queue_time_seconds", "Time in the queue", (e) => e.queueTime),
  ].join("");
}

/** GPUs warm up and cool down slowly; `temperatures` holds where they are. */
function dcgmPage(engines: readonly FakeEngine[], temperatures: number[], random: Random): string {
  const of = (name: string, help: string, pick: (engine: FakeEngine, i: number) => number) =>
    family(
      `DCGM_FI_${name}`,
      "gauge",
      help,
      engines.map((engine, i) => [
        {
          gpu: String(i),
          UUID: `GPU-de300000-0000-4000-8000-00000000000${i}`,
          device: `nvidia${i}`,
          modelName: "NVIDIA H100 80GB HBM3",
          hostname: "demo-gpu-node",
        },
        pick(engine, i),
      ]),
    );
  const busy = engines.map((engine) =>
    engine.running === 0 ? 0 : Math.min(1, 0.3 + 0.65 * engine.load + 0.05 * random()),
  );
  engines.forEach((_, i) => {
    const warm = 38 + 34 * (busy[i] ?? 0);
    temperatures[i] = (temperatures[i] ?? warm) * 0.9 + warm * 0.1;
  });
  const used = (engine: FakeEngine): number =>
    Math.round(GPU_MIB * 0.6 + 26_000 * engine.cacheUsage);
  return [
    of("DEV_GPU_UTIL", "GPU utilization (in %)", (_, i) => Math.round(100 * (busy[i] ?? 0))),
    of("DEV_GPU_TEMP", "GPU temperature (in C)", (_, i) => Math.round(temperatures[i] ?? 0)),
    of("DEV_POWER_USAGE", "Power draw (in W)", (_, i) => 95 + 590 * (busy[i] ?? 0)),
    of("DEV_FB_USED", "Framebuffer memory used (in MiB)", used),
    of("DEV_FB_FREE", "Framebuffer memory free (in MiB)", (engine) => GPU_MIB - used(engine)),
    // A figure that this GPU does not have, as the exporter writes it.
    of("DEV_MEMORY_TEMP", "Memory temperature (in C)", () => 9_223_372_036_854_776_000),
  ].join("");
}
