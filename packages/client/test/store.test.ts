import { FakeNetwork } from "@telltale/testkit/fake-network";
import {
  failure,
  init,
  message,
  metrics,
  model,
  request,
  snapshot,
} from "@telltale/testkit/sample";
import { describe, expect, it } from "vitest";
import { createWebSocketService, type TelltaleState } from "../src/index.ts";

function open(historySize = 500) {
  const network = new FakeNetwork();
  const service = createWebSocketService(
    { url: "ws://server.example/", historySize },
    {},
    network.env(),
  );
  network.clock.advance(1);
  let flushes = 0;
  service.store.subscribe(() => flushes++);
  const push = (type: string, data: unknown): void => network.last.push(message(type, data));
  const show = (): TelltaleState => {
    network.clock.advance(20);
    return service.store.getState();
  };
  return { network, service, push, show, flushes: () => flushes };
}

it("flushes once per frame, however many messages came", () => {
  const { push, show, flushes } = open();
  for (let n = 0; n < 1_000; n++) push("metrics_update", metrics({ total_requests: n }));
  expect(flushes()).toBe(0);
  expect(show().metrics?.total_requests).toBe(999);
  expect(flushes()).toBe(1);
});

it("keeps the identity of every slice that nothing changed", () => {
  const { push, show } = open();
  const fill = (): void => {
    push("metrics_update", metrics());
    push("model_update", model("a"));
    push("request_update", request("1"));
  };
  fill();
  push("error_update", failure("e"));
  const before = show();
  fill();
  push("request_update", request("2"));
  const after = show();
  expect(after).not.toBe(before);
  for (const slice of ["metrics", "models", "errors", "rateLimits", "alerts"] as const) {
    expect(after[slice], slice).toBe(before[slice]);
  }
  expect(after.requests[1]).toBe(before.requests[0]);
});

it("never changes what a reader holds", () => {
  const { push, show } = open();
  push("model_update", model("a"));
  const held = show();
  const copy = structuredClone({ models: held.models, requests: held.requests });
  push("model_update", model("b"));
  push("request_update", request("1"));
  show();
  expect({ models: held.models, requests: held.requests }).toEqual(copy);
});

describe("requests", () => {
  it("are newest first, and a later update takes the place of the earlier one", () => {
    const { push, show } = open();
    push("request_update", request("1", { status: "in_progress", completion_tokens: 1 }));
    push("request_update", request("2"));
    push("request_update", request("1", { completion_tokens: 9 }));
    const { requests } = show();
    expect(requests.map((one) => [one.id, one.completion_tokens])).toEqual([
      ["2", 1],
      ["1", 9],
    ]);
  });

  it("and errors and notices are bounded by historySize", () => {
    const { push, show } = open(3);
    for (let n = 0; n < 10; n++) {
      push("request_update", request(`${n}`));
      push("error_update", failure(`${n}`));
      push("notice", { code: "conflated", message: `${n}` });
    }
    const { requests, errors, notices, errorTotal } = show();
    expect(requests.map((one) => one.id)).toEqual(["9", "8", "7"]);
    expect(errors.map((one) => one.error_message)).toEqual(["9", "8", "7"]);
    expect(notices.map((one) => one.message)).toEqual(["9", "8", "7"]);
    expect(errorTotal).toBe(10);
  });

  it("are forgotten by clearHistory, and errors with them", () => {
    const { push, show, service } = open();
    push("request_update", request("1"));
    push("error_update", failure("e"));
    show();
    service.store.clearHistory();
    const { requests, errors, errorTotal, errorsCleared } = service.store.getState();
    expect([requests, errors, errorTotal - errorsCleared]).toEqual([[], [], 0]);
  });
});

describe("a snapshot", () => {
  it("replaces the state and merges the history without duplicates", () => {
    const { push, show } = open();
    push("model_update", model("gone"));
    push("request_update", request("1"));
    push("request_update", request("running", { status: "in_progress" }));
    push("request_update", request("2", { status: "in_progress" }));
    push("error_update", failure("old"));
    show();
    push(
      "init",
      init({
        snapshot: snapshot({
          metrics: metrics({ total_requests: 3 }),
          models: [model("a")],
          requests: [request("3"), request("2")],
          errors: [failure("new"), failure("old")],
        }),
      }),
    );
    const state = show();
    expect(state.metrics?.total_requests).toBe(3);
    expect([...state.models.keys()]).toEqual(["a"]);
    expect(state.requests.map((one) => [one.id, one.status])).toEqual([
      ["3", "success"],
      ["2", "success"],
      ["1", "success"],
    ]);
    expect(state.errors.map((one) => one.error_message)).toEqual(["new", "old"]);
    expect(state.errorTotal).toBe(2);
  });

  it("that says what was known changes no identity", () => {
    const { push, show } = open();
    const same = () => init({ snapshot: snapshot({ models: [model("a")], metrics: metrics() }) });
    push("init", same());
    const before = show();
    push("init", same());
    const after = show();
    expect(after.metrics).toBe(before.metrics);
    expect(after.models.get("a")).toBe(before.models.get("a"));
  });

  it("left out of a resumed connection leaves everything as it is", () => {
    const { push, show } = open();
    push("metrics_update", metrics());
    const before = show();
    push("init", init({ resumed: true, snapshot: undefined }));
    expect(show().metrics).toBe(before.metrics);
  });
});

it("survives a connection, and is emptied by a new URL", () => {
  const { network, service, push, show } = open();
  push("metrics_update", metrics());
  show();
  network.last.end();
  network.clock.advance(5_000);
  expect(service.store.getState().metrics).not.toBeNull();
  service.configure({ url: "ws://other.example/" });
  expect(service.store.getState().metrics).toBeNull();
});

it("[Y6] knows where a replay stands, and forgets the requests of another time", () => {
  const { push, show, network } = open();
  const replay = { from: 10, to: 90, speed: 10, at: 20, paused: false };
  push("init", init({ replay, snapshot: { ...snapshot(), requests: [request("early")] } }));
  expect(show().replay).toEqual(replay);
  network.last.push({ type: "metrics_update", timestamp: 30, data: metrics() });
  expect(show().replay?.at).toBe(30);
  push("notice", { code: "replay", message: "", replay: { ...replay, at: 31, paused: true } });
  push("request_update", request("later"));
  expect(show().replay).toEqual({ ...replay, at: 31, paused: true });
  push("init", init({ replay, snapshot: { ...snapshot(), requests: [request("earlier")] } }));
  expect(show().requests.map(({ id }) => id)).toEqual(["earlier"]);
  push("init", init({ snapshot: snapshot() }));
  expect(show().replay).toBeNull();
});
