import type { DownEnvelope } from "@telltale/protocol";
import { metrics, snapshot } from "@telltale/testkit/sample";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Tick } from "../src/live/state.ts";
import type { Socket } from "../src/stream/connection.ts";
import type { Frames } from "../src/stream/frames.ts";
import { Hub } from "../src/stream/hub.ts";
import { toErrorUpdate } from "../src/wire.ts";
import { request } from "./make.ts";

const tick: Tick = { metrics: metrics(), models: [], lost: [] };

/** A reader that takes what it is sent at once, or not at all. */
class Reader implements Socket {
  readonly frames: string[] = [];
  buffered = 0;
  reading = true;
  batch = false;
  closed: number | undefined;
  terminated = false;

  write(frames: Frames): void {
    for (const frame of this.batch ? [frames.array()] : frames.single()) {
      this.frames.push(frame.toString());
      if (!this.reading) this.buffered += frame.length;
    }
  }
  close(code: number): void {
    this.closed = code;
  }
  terminate(): void {
    this.terminated = true;
  }
  get messages(): DownEnvelope[] {
    return this.frames.flatMap((frame) => JSON.parse(frame));
  }
  types(): string[] {
    return this.messages.map(({ type }) => type);
  }
}

let now = 0;
let hub: Hub;

beforeEach(() => {
  vi.useFakeTimers();
  now = 1_700_000_000_000;
  hub = new Hub({
    version: "1.2.3",
    epoch: "life",
    maxEventsPerTick: 20,
    replayEvents: 100,
    flushInterval: 50,
    heartbeatInterval: 15_000,
    maxQueueBytes: 10_000,
    stallTimeout: 30_000,
    now: () => now,
    snapshot,
  });
  return () => {
    vi.useRealTimers();
  };
});

function join(): Reader {
  const reader = new Reader();
  hub.join(reader);
  return reader;
}

function pass(ms: number): void {
  now += ms;
  vi.advanceTimersByTime(ms);
}

test("a listener first gets the state as it stands", () => {
  const { messages } = join();
  expect(messages).toMatchObject([
    {
      type: "init",
      data: {
        protocol: 1,
        epoch: "life",
        resumed: false,
        server: { version: "1.2.3" },
        snapshot: snapshot(),
      },
    },
  ]);
});

test("[S2] events go out within 50 ms, without waiting for the tick", () => {
  const reader = join();
  hub.request(request({ id: "a" }));
  pass(50);
  expect(reader.types()).toEqual(["init", "request_update"]);
});

test("updates of one request within a flush become the newest", () => {
  const reader = join();
  hub.tick(tick, null);
  for (const latencyMs of [1, 2, 3]) hub.request(request({ id: "a", latencyMs }));
  pass(50);
  expect(reader.messages.slice(2)).toMatchObject([{ data: { id: "a", latency_ms: 3 } }]);
});

test("[S7] sequence numbers are contiguous on a channel, and the same bytes go to everybody", () => {
  const [a, b] = [join(), join()];
  hub.tick(tick, null);
  hub.request(request());
  pass(50);
  hub.tick(tick, null);
  expect(a.frames.slice(1)).toEqual(b.frames.slice(1));
  expect(a.messages.slice(1).map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
  const late = join();
  hub.tick(tick, null);
  expect(late.messages.at(-1)?.sequence).toBe(3);
});

test("a listener that joins is not told again what its snapshot holds", () => {
  hub.tick(tick, null);
  hub.request(request({ id: "a" }));
  const reader = join();
  pass(100);
  hub.tick(tick, null);
  expect(reader.types()).toEqual(["init", "metrics_update"]);
});

test("single envelopes until the client says that it takes arrays", () => {
  const plain = join();
  const batching = join();
  batching.batch = true;
  for (let i = 0; i < 3; i++) hub.request(request());
  pass(50);
  expect(plain.frames).toHaveLength(4);
  expect(batching.frames).toHaveLength(2);
  expect(batching.messages.slice(1)).toEqual(plain.messages.slice(1));
});

describe("above the bound of a tick", () => {
  test("the oldest are left out and counted", () => {
    const reader = join();
    hub.tick(tick, null);
    for (let i = 0; i < 30; i++) hub.request(request({ id: `r${i}` }));
    pass(50);
    const [notice, ...rest] = reader.messages.slice(2);
    expect(notice).toMatchObject({ type: "notice", data: { code: "conflated", count: 10 } });
    expect(rest.map(({ data }) => "id" in data && data.id)).toEqual(
      Array.from({ length: 20 }, (_, i) => `r${i + 10}`),
    );
  });

  test("more waits for the next tick", () => {
    const reader = join();
    hub.tick(tick, null);
    for (let i = 0; i < 20; i++) hub.request(request());
    pass(50);
    hub.request(request({ id: "later" }));
    pass(500);
    expect(reader.messages).toHaveLength(22);
    hub.tick(tick, null);
    expect(reader.messages.some(({ data }) => "id" in data && data.id === "later")).toBe(true);
  });

  test("[S4] the end of a request that was shown as running is never left out", () => {
    const reader = join();
    hub.tick(tick, null);
    hub.request(request({ id: "mine", status: "in_progress" }));
    pass(50);
    hub.request(request({ id: "mine" }));
    for (let i = 0; i < 200; i++) hub.request(request());
    pass(50);
    hub.tick(tick, null);
    const mine = reader.messages.filter(({ data }) => "id" in data && data.id === "mine");
    expect(mine).toMatchObject([
      { data: { status: "in_progress" } },
      { data: { status: "success" } },
    ]);
  });

  test("errors are bounded too", () => {
    const reader = join();
    const error = toErrorUpdate(request({ status: "error", failure: { type: "x", message: "y" } }));
    if (!error) throw new Error("no error");
    for (let i = 0; i < 100; i++) hub.error(error);
    hub.tick(tick, null);
    expect(reader.types().filter((type) => type === "error_update").length).toBeLessThanOrEqual(20);
    expect(reader.messages[1]).toMatchObject({ data: { code: "conflated", count: 80 } });
  });
});

describe("a slow reader", () => {
  function stall(): Reader {
    const reader = join();
    reader.reading = false;
    for (let i = 0; i < 200; i++) hub.tick(tick, null);
    return reader;
  }

  test("[S5] costs at most its queue, and hurts nobody", () => {
    const healthy = join();
    const reader = stall();
    expect(reader.buffered).toBeLessThanOrEqual(10_000);
    expect(healthy.frames).toHaveLength(201);
  });

  test("that catches up is told what it missed and gets the state as it stands", () => {
    const reader = stall();
    const before = reader.frames.length;
    reader.reading = true;
    reader.buffered = 0;
    hub.tick(tick, null);
    expect(reader.messages.slice(before)).toMatchObject([
      { type: "notice", data: { code: "conflated", count: 200 - (before - 1) } },
      { type: "init", data: { resumed: false } },
    ]);
    hub.tick(tick, null);
    expect(reader.messages.at(-1)).toMatchObject({ type: "metrics_update" });
  });

  test("[S5] is closed after 30 s without any progress, not while there is some", () => {
    const dead = stall();
    const slow = stall();
    for (let second = 0; second < 29; second++) {
      now += 1000;
      slow.buffered -= 50;
      hub.tick(tick, null);
    }
    expect([dead.closed, slow.closed]).toEqual([undefined, undefined]);
    now += 1000;
    slow.buffered -= 50;
    hub.tick(tick, null);
    expect([dead.closed, dead.terminated, slow.closed]).toEqual([4204, true, undefined]);
    expect(hub.size).toBe(1);
  });
});

test("of a value that changes often, the newest is told", () => {
  const reader = join();
  hub.tick(tick, null);
  for (const remaining of [9, 8, 7]) {
    hub.rateLimit({ endpoint: "e", limit: 10, remaining, reset_time: 0, percentage_used: 0 });
  }
  pass(50);
  expect(reader.messages.slice(2)).toMatchObject([
    { type: "rate_limit_update", data: { remaining: 7 } },
  ]);
});

describe("who comes back", () => {
  const ids = (reader: Reader) =>
    reader.messages.flatMap(({ data }) => ("id" in data ? [data.id] : []));

  function send(...names: string[]): string {
    for (const id of names) hub.request(request({ id }));
    pass(50);
    return hub.position;
  }

  test("[S3] gets exactly what came after its position, then goes on", () => {
    hub.tick(tick, null);
    send("a", "b");
    const since = send("c");
    send("d");
    send("e", "f");
    const reader = new Reader();
    hub.join(reader, {}, since);
    send("g");
    expect(ids(reader)).toEqual(["d", "e", "f", "g"]);
    const init = reader.messages.find(({ type }) => type === "init");
    expect(init).toMatchObject({ data: { resumed: true, position: expect.any(String) } });
    expect(init?.data).not.toHaveProperty("snapshot");
  });

  test("[S3] that waits in a poll while more happens than is sent again is told so", async () => {
    const since = send("a");
    const polled = hub.poll({}, since, 25_000, new AbortController().signal);
    for (let n = 0; n < 1001; n++) hub.request(request({ id: `burst${n}` }));
    pass(50);
    const messages: unknown[] = JSON.parse((await polled).array().toString());
    expect(messages).toMatchObject([
      { type: "notice", data: { code: "gap", from: since } },
      { type: "init", data: { resumed: false } },
    ]);
  });

  test("stands where the last frame said it stands", () => {
    const reader = join();
    send("a");
    const seen = reader.messages.at(-1)?.metadata;
    expect(seen).toEqual({ position: hub.position });
  });

  test("does not get a request twice, but its newest state", () => {
    const since = send("a");
    hub.request(request({ id: "x", status: "in_progress" }));
    pass(50);
    hub.request(request({ id: "x" }));
    pass(50);
    const reader = new Reader();
    hub.join(reader, {}, since);
    expect(ids(reader)).toEqual(["x"]);
  });

  test("gets what waited for the budget when it left", () => {
    const reader = join();
    hub.tick(tick, null);
    send(...Array.from({ length: 20 }, (_, i) => `r${i}`));
    send("held");
    const since = String(
      Object.values(reader.messages.at(-1)?.metadata ?? {}).find((p) => typeof p === "string"),
    );
    expect(ids(reader)).not.toContain("held");
    const again = new Reader();
    hub.join(again, { types: ["request_update"] }, since);
    expect(ids(again)).toEqual(["held"]);
  });

  test.each([
    ["of another life", "other:1", /restarted/],
    ["ahead of the stream", "life:99999", /ahead/],
    ["that is none", "nonsense", /not one/],
  ])("with a position %s is told of the gap and gets everything", (_name, since, reason) => {
    send("a");
    const reader = new Reader();
    hub.join(reader, {}, since);
    expect(reader.messages).toMatchObject([
      { type: "notice", data: { code: "gap", reason: expect.stringMatching(reason) } },
      { type: "init", data: { resumed: false, snapshot: snapshot() } },
    ]);
  });

  test("after too long is told so", () => {
    const since = send("a");
    for (let i = 0; i < 300; i++) send(`r${i}`);
    const reader = new Reader();
    hub.join(reader, {}, since);
    expect(reader.messages[0]).toMatchObject({ data: { code: "gap" } });
  });
});

describe("a subscription", () => {
  test("carries what it names and nothing else, counted on its own", () => {
    const all = join();
    const some = new Reader();
    hub.join(some, { types: ["request_update"], models: ["gpt-4o"] });
    hub.tick(tick, null);
    hub.request(request({ id: "a" }));
    hub.request(request({ id: "b", model: "other" }));
    pass(50);
    expect(all.types()).toEqual(["init", "metrics_update", "request_update", "request_update"]);
    expect(some.types()).toEqual(["init", "request_update"]);
    expect(some.messages[1]).toMatchObject({ sequence: 0, data: { id: "a" } });
  });

  test("tells the end of a request it showed, whatever the filter says of that", () => {
    const reader = new Reader();
    hub.join(reader, { status: ["in_progress"], types: ["request_update"] });
    hub.request(request({ id: "a", status: "in_progress" }));
    pass(50);
    hub.request(request({ id: "a" }));
    hub.request(request({ id: "b" }));
    pass(50);
    expect(reader.messages.slice(1)).toMatchObject([
      { data: { id: "a", status: "in_progress" } },
      { data: { id: "a", status: "success" } },
    ]);
  });

  test("with an interval gets values no more often, and the newest", () => {
    const reader = new Reader();
    hub.join(reader, { types: ["metrics_update"], interval: 3000 });
    for (let second = 1; second <= 7; second++) {
      now += 1000;
      hub.tick({ ...tick, metrics: { ...tick.metrics, total_requests: second } }, null);
    }
    const totals = reader.messages.slice(1).map(({ data }) => data);
    expect(totals).toMatchObject([
      { total_requests: 1 },
      { total_requests: 4 },
      { total_requests: 7 },
    ]);
  });

  test("that changes is answered by the state as far as it goes", () => {
    const reader = new Reader();
    const connection = hub.join(reader);
    hub.subscribe(connection, { types: ["error_update"] });
    hub.request(request());
    pass(50);
    hub.tick(tick, null);
    expect(reader.types()).toEqual(["init", "init"]);
    hub.subscribe(connection, {});
    hub.tick(tick, null);
    expect(reader.types()).toEqual(["init", "init", "init", "metrics_update"]);
  });
});

test("a heartbeat when nothing else was sent for long", () => {
  const reader = join();
  pass(14_000);
  hub.heartbeat();
  expect(reader.types()).toEqual(["init"]);
  pass(1000);
  hub.heartbeat();
  expect(reader.messages.at(-1)).toMatchObject({
    type: "heartbeat",
    data: { server_time: now, uptime_seconds: 15 },
  });
});

test("a server that stops says so and how to spread the return", () => {
  const reader = join();
  hub.close();
  expect(reader.messages.at(-1)).toMatchObject({ data: { code: "going_away", spread_ms: 100 } });
  expect(reader.closed).toBe(1012);
});
