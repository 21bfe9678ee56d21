import { type History, type HistoryOptions, useHistory } from "@telltale/react";
import { FakeNetwork } from "@telltale/testkit/fake-network";
import { act, cleanup } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Scene, scene, url } from "./scene.tsx";

interface Ask {
  url: string;
  signal: AbortSignal | null | undefined;
  answer(status: number, body: unknown): Promise<void>;
  fail(error: Error): Promise<void>;
}

let asks: Ask[] = [];

/** Answers when the test says so, and lets go when it is told to. */
const fetch: typeof globalThis.fetch = (address, { signal } = {}) =>
  new Promise<Response>((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
    asks.push({
      url: String(address),
      signal,
      answer: (status, body) =>
        act(async () =>
          resolve(new Response(typeof body === "string" ? body : JSON.stringify(body), { status })),
        ),
      fail: (error) => act(async () => reject(error)),
    });
  });

afterEach(() => {
  cleanup();
  asks = [];
});

function ask(index: number): Ask {
  const one = asks.at(index);
  if (!one) throw new Error(`no request ${index}`);
  return one;
}

function answer(value: number, group: string | null = null): object {
  return { metric: "requests", step_ms: 10_000, series: [{ group, points: [[1_000, value]] }] };
}

interface Probe extends Scene {
  seen: () => History;
  with: (options: HistoryOptions) => Promise<void>;
}

/** Lets what asks for a history be loaded. */
const loaded = (): Promise<void> =>
  act(async () => {
    await import("../src/history/follow.ts");
  });

async function probe(options: HistoryOptions, streamUrl: string = url): Promise<Probe> {
  let last: History | undefined;
  function Reader(now: HistoryOptions): null {
    last = useHistory(now);
    return null;
  }
  const network = new FakeNetwork();
  const env = { ...network.env(), fetch: () => fetch };
  const made = scene(<Reader {...options} />, { config: { url: streamUrl }, env }, network);
  await loaded();
  return {
    ...made,
    seen: () => {
      if (!last) throw new Error("not rendered");
      return last;
    },
    with: (changed) => {
      made.again({}, <Reader {...changed} />);
      return loaded();
    },
  };
}

describe("useHistory", () => {
  it("asks the server of the stream, and returns what it answers", async () => {
    const { seen } = await probe({
      metric: "p95_latency_ms",
      from: new Date(1_700_000_000_400),
      to: "2023-11-15T00:00:00Z",
      step: "1m",
      groupBy: "model",
    });
    expect(seen()).toMatchObject({ series: [], stepMs: null, isLoading: true, error: null });
    expect(asks.map((one) => one.url)).toEqual([
      "http://server.example/api/v1/series?metric=p95_latency_ms&from=1700000000000" +
        "&to=2023-11-15T00%3A00%3A00Z&step=1m&group_by=model",
    ]);
    await ask(0).answer(200, answer(7, "gpt-5"));
    expect(seen()).toMatchObject({
      series: [{ group: "gpt-5", points: [[1_000, 7]] }],
      stepMs: 10_000,
      isLoading: false,
      error: null,
    });
  });

  it.each([
    ["wss://h.example/metrics/stream", "https://h.example/api/v1/series"],
    [
      "ws://h.example:81/behind/metrics/stream/?types=x#y",
      "http://h.example:81/behind/api/v1/series",
    ],
    ["https://h.example/live", "https://h.example/api/v1/series"],
    ["/metrics/stream", "http://app.example/api/v1/series"],
  ])("derives the address from %s", async (stream, address) => {
    await probe({ metric: "requests" }, stream);
    expect(ask(0).url).toBe(`${address}?metric=requests`);
  });

  it("asks where it is told to instead", async () => {
    await probe({ metric: "requests", baseUrl: "https://history.example/x/" });
    expect(ask(0).url).toBe("https://history.example/x/api/v1/series?metric=requests");
  });

  it("lets go of a question that is no longer asked", async () => {
    const { seen, with: again } = await probe({ metric: "requests" });
    await again({ metric: "errors" });
    expect([ask(0).signal?.aborted, ask(1).signal?.aborted]).toEqual([true, false]);
    await ask(0).answer(200, answer(1));
    expect(seen()).toMatchObject({ series: [], isLoading: true });
    await ask(1).answer(200, answer(2));
    expect(seen().series[0]?.points).toEqual([[1_000, 2]]);
  });

  it("shows the range before while a new one is asked for, but never another metric", async () => {
    const { seen, with: again } = await probe({ metric: "requests", from: 0 });
    await ask(0).answer(200, answer(1));
    await again({ metric: "requests", from: 60_000 });
    await act(async () => {});
    expect(seen()).toMatchObject({ isLoading: true, series: [{ points: [[1_000, 1]] }] });
    expect(seen().error).toBeNull();
    await again({ metric: "cost", from: 60_000 });
    expect(seen()).toMatchObject({ isLoading: true, series: [], stepMs: null });
  });

  it("does not ask anew for a time that differs by less than a second", async () => {
    const { with: again } = await probe({ metric: "requests", from: 1_700_000_000_001 });
    await again({ metric: "requests", from: 1_700_000_000_999 });
    await again({ metric: "requests", from: new Date(1_700_000_000_500) });
    expect(asks).toHaveLength(1);
  });

  it("refreshes after each answer, keeps what it has when that fails, and stops", async () => {
    const { seen, advance, unmount, network } = await probe({
      metric: "requests",
      refreshInterval: 5_000,
    });
    advance(60_000);
    expect(asks).toHaveLength(1);
    await ask(0).answer(200, answer(1));
    advance(5_000);
    expect(seen().isLoading).toBe(false);
    await ask(1).fail(new TypeError("offline"));
    expect(seen().series[0]?.points).toEqual([[1_000, 1]]);
    expect(seen().error?.message).toBe("Cannot reach http://server.example/api/v1/series: offline");
    advance(5_000);
    await ask(2).answer(200, answer(3));
    expect(seen()).toMatchObject({ error: null, series: [{ points: [[1_000, 3]] }] });
    unmount();
    network.clock.advance(60_000);
    expect([asks.length, network.clock.timers]).toEqual([3, 0]);
  });

  it("asks again when told to", async () => {
    const { seen } = await probe({ metric: "requests" });
    const { refetch } = seen();
    await ask(0).answer(500, { detail: "The server failed" });
    expect(seen()).toMatchObject({ isLoading: false, series: [] });
    await act(async () => refetch());
    expect(seen()).toMatchObject({ isLoading: true, error: null });
    await ask(1).answer(200, answer(1));
    expect(seen()).toMatchObject({ isLoading: false, error: null, stepMs: 10_000 });
    expect(seen().refetch).toBe(refetch);
  });

  it.each([
    [404, { detail: "?" }, "No history at http://server.example/api/v1/series (404): this backend"],
    [400, { detail: "step: must be at least 1s" }, "answered 400: step: must be at least 1s"],
    [200, "<!doctype html>", "is no series: set baseUrl to a Telltale server"],
    [200, { series: [{ group: 1 }] }, "is no series: set baseUrl to a Telltale server"],
  ])("of a backend that answers %i %j says so", async (status, body, says) => {
    const { seen } = await probe({ metric: "requests" });
    await ask(0).answer(status, body);
    expect(seen().error?.message).toContain(says);
    expect(seen()).toMatchObject({ isLoading: false, series: [] });
  });

  it("lets go when it is unmounted, and changes nothing afterwards", async () => {
    const noise = vi.spyOn(console, "error").mockImplementation(() => {});
    const { seen, unmount, network } = await probe({ metric: "requests", refreshInterval: 1_000 });
    const before = seen();
    unmount();
    expect(ask(0).signal?.aborted).toBe(true);
    await ask(0).answer(200, answer(1));
    expect(seen()).toBe(before);
    network.clock.advance(1);
    expect(network.clock.timers).toBe(0);
    expect(noise).not.toHaveBeenCalled();
    noise.mockRestore();
  });
});
