import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc, { runs } from "@telltale/testkit/properties";
import protobuf from "protobufjs/light.js";
import { beforeEach, describe, expect, test } from "vitest";
import type { RequestEvent } from "../src/event.ts";
import { ClientMetrics } from "../src/ingest/otlp/client-metrics.ts";
import { otlpDescriptor } from "../src/ingest/otlp/descriptor.ts";
import { signalDescriptors } from "../src/ingest/otlp/descriptor-signals.ts";
import { OtlpError } from "../src/ingest/otlp/error.ts";
import { checkLogs, decodeMetrics } from "../src/ingest/otlp/metrics.ts";
import { ServerMetrics } from "../src/ingest/otlp/server-metrics.ts";
import type { OtlpFormat } from "../src/ingest/otlp/wire.ts";
import { attributes, json } from "./otlp-request.ts";

const T0 = 1_795_417_200_000;
const nano = (ms: number): string => `${ms}000000`;
const bounds = [0.1, 0.5, 1, 5];

interface Of {
  at?: number;
  start?: number;
  counts?: number[];
  sum?: number;
  attributes?: object;
}

function histogram(name: string, of: Of = {}, temporality = 2): object {
  const { at = T0 + 60_000, start = T0, counts = [0, 0, 0, 0, 0], sum = 0 } = of;
  return {
    name,
    unit: "s",
    histogram: {
      aggregationTemporality: temporality,
      dataPoints: [
        {
          attributes: attributes(of.attributes ?? call),
          startTimeUnixNano: nano(start),
          timeUnixNano: nano(at),
          count: String(counts.reduce((a, b) => a + b, 0)),
          sum,
          explicitBounds: bounds,
          bucketCounts: counts.map(String),
        },
      ],
    },
  };
}

const call = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-4o",
  "server.address": "api.openai.com",
  "server.port": 443,
};
const DURATION = "gen_ai.client.operation.duration";
const TOKENS = "gen_ai.client.token.usage";

function exported(metrics: unknown, resource: object = { "service.name": "shop" }): object {
  const scopeMetrics = [{ scope: { name: "test" }, metrics }];
  return { resourceMetrics: [{ resource: { attributes: attributes(resource) }, scopeMetrics }] };
}

/** An export of n answered calls of 0.75 s with 100 and 10 tokens each, since the start. */
function calls(n: number, of: Of = {}, temporality = 2): object {
  const tokens = (type: string, each: number) =>
    histogram(
      TOKENS,
      {
        ...of,
        counts: [0, 0, 0, 0, n],
        sum: each * n,
        attributes: { ...call, "gen_ai.token.type": type },
      },
      temporality,
    );
  const duration = histogram(
    DURATION,
    { ...of, counts: [0, 0, n, 0, 0], sum: 0.7 * n },
    temporality,
  );
  return exported([duration, tokens("input", 100), tokens("output", 10)]);
}

let now: number;
let stored: boolean;
let metrics: ClientMetrics;
let seen: Map<string, RequestEvent>;

beforeEach(() => {
  now = T0 + 60_000;
  stored = false;
  seen = new Map();
  metrics = made();
});

function made(): ClientMetrics {
  return new ClientMetrics({
    now: () => now,
    hasRequests: async () => stored,
    isOwn: (address, port) => address === "127.0.0.1" && port === 8000,
  });
}

/** What is new of it; ids that come again are dropped, as the pipeline does. */
async function send(request: object): Promise<RequestEvent[]> {
  const { points } = decodeMetrics(json(request), "json");
  const events = await metrics.requests(points);
  const fresh = events.filter(({ id }) => !seen.has(id));
  for (const event of fresh) seen.set(event.id, event);
  return fresh;
}

const sums = () => {
  const all = [...seen.values()];
  return {
    requests: all.length,
    input: all.reduce((sum, { usage }) => sum + (usage?.input ?? 0), 0),
    output: all.reduce((sum, { usage }) => sum + (usage?.output ?? 0), 0),
    errors: all.filter(({ status }) => status === "error").length,
  };
};

async function settled(): Promise<void> {
  await send(calls(0));
  now += 60_000;
}

describe("[D25] a service that sends metrics and no spans", () => {
  test("counts after a minute, everything since its start, each call once", async () => {
    expect(await send(calls(3))).toEqual([]);
    now += 60_000;
    const events = await send(calls(5, { at: now }));
    expect(events).toHaveLength(5);
    expect(events[0]).toMatchObject({
      source: "metrics",
      model: "gpt-4o",
      provider: "openai",
      endpoint: "chat",
      service: "shop",
      status: "success",
      latencyMs: 750,
      usage: { input: 100, output: 10 },
      usageQuality: "estimated",
      cost: null,
    });
    for (const { created } of events) expect(created).toBeLessThanOrEqual(now);
    expect(await send(calls(5, { at: now }))).toEqual([]);
    expect(await send(calls(6, { at: now + 60_000 }))).toHaveLength(1);
    expect(sums()).toEqual({ requests: 6, input: 600, output: 60, errors: 0 });
  });
  test("tokens that do not divide evenly still add up", async () => {
    await settled();
    await send(
      exported([
        histogram(DURATION, { counts: [0, 0, 3, 0, 0] }),
        histogram(TOKENS, {
          counts: [0, 0, 0, 0, 3],
          sum: 100,
          attributes: { ...call, "gen_ai.token.type": "input" },
        }),
        histogram(TOKENS, {
          counts: [0, 0, 0, 0, 3],
          sum: 7,
          attributes: { ...call, "gen_ai.token.type": "output" },
        }),
      ]),
    );
    expect(sums()).toEqual({ requests: 3, input: 100, output: 7, errors: 0 });
  });
  test("exponential histograms count alike, also when their buckets become wider", async () => {
    await settled();
    /** So many observations of about 0.75 s, in buckets 2^(2^-scale) wide. */
    const exponential = (at: number, scale: number, count: number) => {
      const offset = Math.floor(Math.log2(0.75) * 2 ** scale);
      const point = {
        attributes: attributes(call),
        startTimeUnixNano: nano(T0),
        timeUnixNano: nano(at),
        count: String(count),
        sum: 0.75 * count,
        scale,
        zeroCount: "0",
        positive: { offset, bucketCounts: [String(count)] },
      };
      const data = { aggregationTemporality: 2, dataPoints: [point] };
      return exported([{ name: DURATION, unit: "s", exponentialHistogram: data }]);
    };
    const first = await send(exponential(now, 5, 3));
    expect(first).toHaveLength(3);
    for (const { latencyMs } of first) expect(Math.abs((latencyMs ?? 0) - 750)).toBeLessThan(75);
    expect(await send(exponential(now + 1000, 0, 5))).toHaveLength(2);
    expect(await send(exponential(now + 1000, 0, 5))).toHaveLength(0);
  });

  test("failures are failures, without tokens", async () => {
    await settled();
    const failed = { ...call, "error.type": "429" };
    const [event] = await send(
      exported([histogram(DURATION, { counts: [1, 0, 0, 0, 0], attributes: failed })]),
    );
    expect(event).toMatchObject({
      status: "error",
      statusCode: 429,
      usage: null,
      failure: { type: "429" },
    });
  });
  test("growth (delta) counts what each point tells, also what came before it was decided", async () => {
    const delta = (n: number, at: number) => calls(n, { start: at - 60_000, at }, 1);
    await send(delta(2, T0 + 60_000));
    now += 60_000;
    await send(delta(3, T0 + 120_000));
    await send(delta(3, T0 + 120_000));
    expect(sums()).toEqual({ requests: 5, input: 500, output: 50, errors: 0 });
  });
  test("a process that began anew counts from nothing, with or without saying so", async () => {
    await settled();
    await send(calls(4, { at: now }));
    await send(calls(2, { start: now, at: now + 60_000 }));
    expect(sums().requests).toBe(6);
    await send(calls(1, { start: now, at: now + 120_000 }));
    expect(sums().requests).toBe(7);
  });
  test("a restart of ours counts nothing twice; what is older than a day is not counted at all", async () => {
    await settled();
    await send(calls(4, { at: now }));
    metrics = made();
    await settled();
    await send(calls(5, { at: now }));
    expect(sums().requests).toBe(5);

    const old = { start: T0 - 25 * 3_600_000 };
    await send(calls(1000, { ...old, at: now }));
    expect(await send(calls(1002, { ...old, at: now + 60_000 }))).toHaveLength(2);
    expect(sums()).toMatchObject({ requests: 7, input: 700 });
  });
});

describe("[D25] metrics never count what is counted otherwise", () => {
  test("of a service whose spans come", async () => {
    metrics.spansOf(["shop"]);
    now += 60_000;
    expect(await send(calls(3))).toEqual([]);
    now += 24 * 3_600_000;
    expect(await send(calls(3))).toEqual([]);
  });
  test("of a service whose spans begin before it is decided, or after", async () => {
    await settled();
    expect(await send(calls(1))).toHaveLength(1);
    metrics.spansOf(["shop"]);
    expect(await send(calls(9))).toEqual([]);
  });
  test("of a service whose requests are in the store since before a restart", async () => {
    stored = true;
    await settled();
    expect(await send(calls(3))).toEqual([]);
  });
  test("of calls to our own proxy", async () => {
    await settled();
    const own = { ...call, "server.address": "127.0.0.1", "server.port": 8000 };
    expect(
      await send(exported([histogram(DURATION, { counts: [0, 0, 3, 0, 0], attributes: own })])),
    ).toEqual([]);
  });
});

describe("[D26] what engines and GPUs say by OTLP", () => {
  const points = (request: object) => decodeMetrics(json(request), "json").points;
  const engine = (n: number, temporality: number, at: number) =>
    exported([
      histogram(
        "gen_ai.server.time_to_first_token",
        { counts: [n, 0, 1, 0, 0], sum: n, at },
        temporality,
      ),
      histogram("gen_ai.server.request.duration", { counts: [n, 0, 0, 0, 0], at }, temporality),
    ]);
  test.each([
    ["since the start", 2, [2, 3], 3],
    ["since the last", 1, [2, 1], 3],
  ])("counts told %s are counts since the start", (_, temporality, sent, total) => {
    const server = new ServerMetrics();
    let last = server.reports([], T0);
    sent.forEach((n, i) => {
      last = server.reports(points(engine(n, temporality, T0 + i * 1000)), T0);
    });
    expect(last).toMatchObject([
      { source: "otlp shop", engines: [{ kind: "other", model: "gpt-4o", requests: total }] },
    ]);
    expect(last[0]?.engines[0]?.ttft?.counts[0]).toBe(total);
  });
  test("GPUs by their id", () => {
    const gauge = (name: string, id: string, value: object, more: object = {}) => ({
      name,
      gauge: {
        dataPoints: [
          { timeUnixNano: nano(T0), ...value, attributes: attributes({ "hw.id": id, ...more }) },
        ],
      },
    });
    const resource = { "service.name": "node", "host.name": "gpu-1" };
    const [report] = new ServerMetrics().reports(
      points(
        exported(
          [
            gauge("hw.gpu.utilization", "0", { asDouble: 0.75 }, { "hw.model": "H100" }),
            gauge("hw.gpu.utilization", "0", { asDouble: 0.1 }, { "hw.gpu.task": "encoder" }),
            gauge("hw.gpu.memory.usage", "0", { asInt: "1024" }),
            gauge("hw.temperature", "0", { asDouble: 61 }, { "hw.type": "gpu" }),
            gauge("hw.temperature", "cpu", { asDouble: 99 }, { "hw.type": "cpu" }),
          ],
          resource,
        ),
      ),
      T0,
    );
    expect(report?.gpus).toEqual([
      expect.objectContaining({
        index: 0,
        name: "H100",
        host: "gpu-1",
        usage: 75,
        memoryUsedBytes: 1024,
        temperature: 61,
      }),
    ]);
  });
});

const type = protobuf.Root.fromJSON({
  nested: { ...otlpDescriptor.nested, ...signalDescriptors },
}).lookupType("ExportMetricsServiceRequest");
const toProtobuf = (request: object): Buffer =>
  Buffer.from(type.encode(type.fromObject(request)).finish());

test("protobuf says the same as JSON", () => {
  const request = calls(3);
  expect(decodeMetrics(toProtobuf(request), "protobuf")).toEqual(
    decodeMetrics(json(request), "json"),
  );
});

const capture = resolve(
  import.meta.dirname,
  "../../../../shared/data/otlp/otel-openai-metrics.json",
);
test.skipIf(!existsSync(capture))("a capture of OpenTelemetry's own instrumentation", async () => {
  now = Date.now();
  const { points, rejected } = decodeMetrics(readFileSync(capture), "json");
  expect(rejected).toBe(0);
  now = Math.max(...points.map(({ time }) => time));
  await metrics.requests(points);
  now += 60_000;
  const events = await metrics.requests(points);
  expect(events).toHaveLength(6);
  expect(events.filter(({ status }) => status === "error")).toHaveLength(1);
});

describe("a body that is no export of metrics", () => {
  test.each<[unknown, RegExp]>([
    [[], /^body: expected an object/],
    [{ resourceSpans: [] }, /resourceMetrics, got resourceSpans/],
    [exported([histogram(DURATION, { at: 0 })]), /timeUnixNano/],
    [
      exported([
        {
          name: DURATION,
          histogram: { dataPoints: [{ timeUnixNano: "1", count: 1, bucketCounts: [1] }] },
        },
      ]),
      /./,
    ],
    [
      exported([
        {
          name: DURATION,
          histogram: { dataPoints: [{ timeUnixNano: "1", count: 1, bucketCounts: [1, 2] }] },
        },
      ]),
      /bucketCounts/,
    ],
  ])("%#", (value, message) => {
    const read = () => decodeMetrics(json(value), "json");
    if (message.source === ".") expect(read().points).toHaveLength(1);
    else expect(read).toThrow(message);
  });
  test("a faulty point is rejected alone", () => {
    const two = exported([histogram(DURATION), histogram(DURATION, { at: 0 })]);
    expect(decodeMetrics(json(two), "json")).toMatchObject({
      rejected: 1,
      points: [{ name: DURATION }],
    });
  });
  test("logs are taken, what is none is refused", () => {
    checkLogs(json({ resourceLogs: [] }), "json");
    checkLogs(Buffer.alloc(0), "protobuf");
    expect(() => checkLogs(json({ resourceSpans: [] }), "json")).toThrow(OtlpError);
    expect(() => checkLogs(Buffer.from("nonsense"), "protobuf")).toThrow(OtlpError);
  });
});

test("[D27] whatever is posted as metrics or logs ends in figures or a described error", async () => {
  const whole = toProtobuf(calls(2));
  const broken = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
    const bytes = Buffer.from(whole);
    bytes[at] = byte;
    return bytes;
  });
  const field = fc.constantFrom(
    "count",
    "sum",
    "bucketCounts",
    "explicitBounds",
    "timeUnixNano",
    "attributes",
    "startTimeUnixNano",
  );
  const odd = fc.tuple(field, fc.jsonValue()).map(([name, value]) => {
    const text = JSON.stringify(calls(2), (key, old: unknown) => (key === name ? value : old));
    return Buffer.from(text);
  });
  const bodies = fc.oneof(
    broken.map((body): [Buffer, OtlpFormat] => [body, "protobuf"]),
    fc.uint8Array().map((body): [Buffer, OtlpFormat] => [Buffer.from(body), "protobuf"]),
    odd.map((body): [Buffer, OtlpFormat] => [body, "json"]),
    fc.json().map((body): [Buffer, OtlpFormat] => [Buffer.from(body), "json"]),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async ([body, format]) => {
      const client = made();
      const server = new ServerMetrics();
      try {
        const { points } = decodeMetrics(body, format);
        await client.requests(points);
        now += 60_000;
        for (const event of (await client.requests(points)).slice(0, 10)) {
          expect(Number.isFinite(event.created)).toBe(true);
          expect(event.latencyMs ?? 0).toBeGreaterThanOrEqual(0);
          expect(event.usage?.input ?? 0).toBeGreaterThanOrEqual(0);
        }
        server.reports(points, now);
        checkLogs(body, format);
      } catch (error) {
        expect(error).toBeInstanceOf(OtlpError);
      }
    }),
    { numRuns: runs(1000) },
  );
});
