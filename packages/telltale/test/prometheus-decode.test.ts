import { describe, expect, test } from "vitest";
import { decode, type ScrapedKind } from "../src/ingest/prometheus/decode.ts";
import { Page } from "../src/ingest/prometheus/page.ts";
import { parseExposition } from "../src/ingest/prometheus/text.ts";
import * as pages from "./engine-pages.ts";

const AT = 1_780_000_000_000;
const source = { name: "target", at: AT, validFor: 15_000 };
const read = (text: string, kind?: ScrapedKind) =>
  decode(Page.of(parseExposition(text), AT), source, kind);

describe("[G2] the figures of an engine's page", () => {
  test("vLLM: two data-parallel engines on one page", () => {
    const { kinds, engines } = read(
      pages.vllm("0") + pages.vllm("1", { running: 5 }).replace(/^#.*\n/gm, ""),
    );
    expect(kinds).toEqual(["vllm"]);
    expect(engines).toMatchObject([
      { id: "engine 0", running: 3, waiting: 2, swapped: null },
      { id: "engine 1", running: 5, waiting: 2 },
    ]);
    expect(engines[0]).toMatchObject({
      kind: "vllm",
      gateway: false,
      model: "meta-llama/Llama-3.1-8B-Instruct",
      cache: { usage: 0.5, queries: 1000, hits: 600, hitRate: null, capacity: 2000 },
      promptTokens: 5000,
      generatedTokens: 2000,
      requests: 42,
      preemptions: 4,
      ttft: { bounds: [0.1, 0.5, 1], counts: [10, 80, 9, 1], sum: 31.5 },
      interToken: { bounds: [0.01, 0.05], counts: [50, 50, 0] },
      queueTime: null,
    });
  });

  test("a single engine needs no name of its own", () => {
    expect(read(pages.vllm("0")).engines.map(({ id }) => id)).toEqual([""]);
  });

  test("vLLM before version 1: old names, and a rate of -1 that is none", () => {
    expect(read(pages.vllmOld).engines).toMatchObject([
      {
        running: 1,
        swapped: 2,
        cache: { usage: 0.25, hitRate: null, queries: null },
        interToken: { counts: [3, 13] },
      },
    ]);
  });

  test("vLLM in Ray: replicas stay apart", () => {
    expect(read(pages.rayVllm).engines).toMatchObject([
      { kind: "vllm", running: 1, waiting: 5, cache: { usage: 0.2 }, generatedTokens: 100 },
      { kind: "vllm", running: 2, waiting: 5, cache: { usage: 0.3 } },
    ]);
    expect(new Set(read(pages.rayVllm).engines.map(({ id }) => id)).size).toBe(2);
  });

  test("SGLang: data-parallel ranks are added, tensor-parallel ones and priorities are not", () => {
    expect(read(pages.sglang).engines).toMatchObject([
      {
        kind: "sglang",
        model: "qwen3-32b",
        running: 10,
        waiting: 3,
        cache: { queries: 800, hits: 200, hitRate: 0.9, capacity: 2000 },
        tokensPerSecond: 50,
        requests: 12,
        preemptions: null,
        ttft: { counts: [2, 10, 0] },
      },
    ]);
    expect(read(pages.sglang).engines[0]?.cache?.usage).toBeCloseTo(0.3);
  });

  test("TensorRT-LLM", () => {
    expect(read(pages.trtllm).engines).toMatchObject([
      {
        kind: "trtllm",
        running: 7,
        waiting: 1,
        cache: { usage: 0.31, hitRate: 0.62 },
        requests: 9,
      },
    ]);
  });

  test("TGI: token counts are sums of its histograms, and there is no cache", () => {
    expect(read(pages.tgi).engines).toMatchObject([
      {
        kind: "tgi",
        running: 4,
        waiting: 7,
        cache: null,
        promptTokens: 9001,
        generatedTokens: 8123,
        requests: 44,
        interToken: { bounds: [0.01, 0.02], counts: [40, 4, 0] },
        ttft: null,
      },
    ]);
  });

  test("Triton with TensorRT-LLM: the steps around the model are no engines; its GPUs", () => {
    const { engines, gpus } = read(pages.triton);
    expect(engines).toMatchObject([
      {
        kind: "triton",
        model: "tensorrt_llm",
        running: 4,
        waiting: 3,
        cache: { usage: 0.6, capacity: 400 },
        requests: 20,
        ttft: { bounds: [0.1, 0.5], counts: [5, 15, 0] },
      },
    ]);
    expect(gpus).toMatchObject([
      { uuid: "GPU-abc123", usage: 78, memoryUsedBytes: 1e9, memoryTotalBytes: 4e9, power: 88.5 },
    ]);
  });

  test("Triton without: an engine per model and version", () => {
    expect(read(pages.tritonPlain).engines).toMatchObject([
      { id: "version 1", model: "bert", running: null, waiting: 2, requests: 20, cache: null },
      { id: "version 2", waiting: 0, requests: 4 },
    ]);
  });

  test("NIM, whose names have no prefix, and how many requests it takes", () => {
    const { kinds, engines, rateLimits } = read(pages.nim);
    expect(kinds).toEqual(["nim"]);
    expect(engines).toMatchObject([
      { kind: "nim", running: 5, waiting: 1, cache: { usage: 0.125 }, requests: 6 },
    ]);
    expect(rateLimits).toMatchObject([
      { limit: 20, remaining: 15, percentage_used: 25, reset_time: AT + 15_000 },
    ]);
  });

  test("Dynamo: the frontend is a gateway; its queue is part of what is in flight", () => {
    expect(read(pages.dynamoFrontend).engines).toMatchObject([
      { kind: "dynamo", gateway: true, running: 5, waiting: 4, requests: 50, promptTokens: 4000 },
    ]);
  });

  test("Dynamo: a worker is an engine only where its engine does not speak for itself", () => {
    expect(read(pages.dynamoWorker).engines).toMatchObject([
      { kind: "dynamo", running: 3, cache: { usage: 0.4, hitRate: 0.7, capacity: 1000 } },
    ]);
    const both = read(pages.dynamoWorker + pages.vllm("0"));
    expect(both.kinds).toEqual(["vllm", "dynamo"]);
    expect(both.engines.map(({ kind }) => kind)).toEqual(["vllm"]);
  });

  test("LiteLLM: a gateway, what its deployments still allow, and budgets", () => {
    const { engines, rateLimits } = read(pages.litellm);
    expect(engines).toMatchObject([
      { kind: "litellm", gateway: true, running: 6, requests: 70, generatedTokens: 3400 },
    ]);
    // No tokens: the remainder of -1 is none. No key: its budget is infinite.
    expect(rateLimits).toEqual([
      {
        endpoint: "target gpt-4o requests",
        source: "target",
        provider: "openai",
        unit: "requests",
        limit: 500,
        remaining: 400,
        percentage_used: 20,
        reset_time: AT + 60_000,
      },
      {
        endpoint: "target team search budget",
        source: "target",
        unit: "US dollars",
        limit: 100,
        remaining: 25,
        percentage_used: 75,
        reset_time: AT + 7_200_000,
      },
    ]);
  });

  test("DCGM: a GPU of two pods is one, and what it does not have is unknown", () => {
    expect(read(pages.dcgm).gpus).toEqual([
      {
        index: 0,
        uuid: "GPU-6f1c",
        name: "NVIDIA H100 80GB HBM3",
        host: "node-a",
        instance: null,
        usage: 84,
        memoryUsedBytes: 60_000 * 1_048_576,
        memoryTotalBytes: 80_000 * 1_048_576,
        temperature: 61,
        power: 412.5,
      },
    ]);
  });

  test("DCGM: the parts of a GPU that MIG has split, their use unknown where nothing tells it", () => {
    const { gpus } = read(pages.dcgmSplit);
    expect(gpus).toMatchObject([
      { index: 0, host: "node-a", instance: "3g.40gb 1", usage: 75, power: null },
      { index: 0, instance: "3g.40gb 2", usage: null, memoryUsedBytes: 100 * 1_048_576 },
    ]);
    expect(gpus).toHaveLength(2);
  });

  test.each([
    ["9223372036854775794", null],
    ["9.3e18", null],
    ["NaN", null],
    ["+Inf", null],
    ["-1", null],
    ["0", 0],
  ])("a value of %s is %s", (value, expected) => {
    const { engines } = read(
      `vllm:num_requests_running ${value}\nvllm:num_requests_waiting 1\nvllm:kv_cache_usage_perc 37`,
    );
    expect(engines).toMatchObject([{ running: expected, waiting: 1, cache: { usage: null } }]);
  });

  test.each(["2147483632", "140737488355328"])("DCGM's blank %s is unknown", (blank) => {
    const text = `DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="a"} ${blank}\nDCGM_FI_DEV_GPU_UTIL{gpu="0",UUID="a"} 5\n`;
    expect(read(text).gpus).toMatchObject([{ temperature: null, usage: 5 }]);
  });

  test("a sample whose page states that it is older than five minutes says nothing", () => {
    const text = `vllm:num_requests_running 3 ${AT - 301_000}\nvllm:num_requests_waiting 4 ${AT - 1000}\n`;
    expect(read(text).engines).toMatchObject([{ running: null, waiting: 4 }]);
  });

  test("a histogram whose counts go down is torn, and one without +Inf is unfinished", () => {
    const page = (counts: string): string => `vllm:num_requests_running 1\n${counts}`;
    const bucket = (le: string, count: number): string =>
      `vllm:time_to_first_token_seconds_bucket{le="${le}"} ${count}\n`;
    const ttft = (text: string) => read(page(text)).engines[0]?.ttft;
    expect(ttft(bucket("1", 5) + bucket("+Inf", 4))).toBeNull();
    expect(ttft(bucket("1", 5) + bucket("2", 6))).toBeNull();
    expect(ttft(bucket("+Inf", 6) + bucket("1", 5))).toMatchObject({ counts: [5, 1] });
  });

  test("what the operator says it is wins, and other pages have nothing", () => {
    expect(read(pages.triton, "dcgm")).toEqual({
      kinds: ["dcgm"],
      engines: [],
      gpus: [],
      rateLimits: [],
    });
    expect(read("go_goroutines 12\nup 1\n")).toMatchObject({ kinds: [], engines: [] });
  });

  test("engines of two kinds on one page have names of their own", () => {
    const { engines } = read(pages.vllm("0") + pages.trtllm);
    expect(engines.map(({ id }) => id)).toEqual(["", "trtllm"]);
  });
});
