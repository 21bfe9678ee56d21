import {
  type ErrorUpdate,
  type MetricsUpdate,
  useAggregateStats,
  useAlerts,
  useConnectionStatus,
  useErrorMonitor,
  useMetric,
  useModelMetrics,
  useRealtimeMetrics,
  useRequestHistory,
  useSystemHealth,
  useWebSocketConnection,
  useWebSocketSend,
  useWebSocketSubscription,
} from "@telltale/react";
import {
  failure,
  init,
  message,
  metrics,
  model,
  request,
  snapshot,
} from "@telltale/testkit/sample";
import { act, cleanup } from "@testing-library/react";
import { Profiler, type ReactElement, type ReactNode, useState } from "react";
import { afterEach, describe, expect, expectTypeOf, it } from "vitest";
import { type Scene, scene } from "./scene.tsx";

afterEach(cleanup);

/** Renders a hook, keeping what it returned last and how often it rendered. */
function hook<T>(use: () => T): Scene & { seen: { value: T; renders: number } } {
  const seen: { value: T | undefined; renders: number } = { value: undefined, renders: 0 };
  function Probe(): null {
    seen.value = use();
    seen.renders++;
    return null;
  }
  const made = scene(<Probe />);
  return { ...made, seen: seen as { value: T; renders: number } };
}

const system = {
  cpu_usage: 10,
  memory_usage: 10,
  disk_usage: 10,
  network_in_bytes: 0,
  network_out_bytes: 0,
  active_workers: 0,
  queue_size: 0,
};

describe("renders", () => {
  it("[C9] a burst of 1,000 messages renders each of 20 components once", () => {
    let renders = 0;
    function Panel(): ReactElement {
      const { metrics, models, recentRequests } = useRealtimeMetrics();
      renders++;
      return (
        <p>
          {metrics?.total_requests} {models.size} {recentRequests.length}
        </p>
      );
    }
    const panels: ReactNode = Array.from({ length: 20 }, (_, n) => `panel ${n}`).map((name) => (
      <Panel key={name} />
    ));
    const { network, advance, container } = scene(panels);
    renders = 0;
    act(() => {
      for (let n = 0; n < 1_000; n++) {
        network.last.push(message("metrics_update", metrics({ total_requests: n })));
        network.last.push(message("model_update", model(`m${n % 7}`, { request_count: n })));
        network.last.push(message("request_update", request(`${n}`)));
      }
    });
    advance(16);
    expect(renders).toBe(20);
    expect(container.querySelector("p")?.textContent).toBe("999 7 100");
  });

  it("[C10] does not render for what a component did not read", () => {
    const { seen, push } = hook(() => useRealtimeMetrics().metrics);
    push("metrics_update", metrics());
    const { renders } = seen;
    push("model_update", model("a"));
    push("request_update", request("1"));
    push("metrics_update", metrics());
    expect(seen.renders).toBe(renders);
    push("metrics_update", metrics({ total_requests: 2 }));
    expect(seen.renders).toBe(renders + 1);
    expect(seen.value?.total_requests).toBe(2);
  });

  it("shows at once what a component begins to read later", () => {
    const { seen, push, again } = hook(() => {
      const all = useRealtimeMetrics();
      const [late] = useState(() => ({ wanted: false }));
      return { late, models: late.wanted ? all.models : null, metrics: all.metrics };
    });
    push("model_update", model("a"));
    seen.value.late.wanted = true;
    act(() => again({ onConnect: () => {} }, undefined));
    push("metrics_update", metrics());
    expect(seen.value.models?.has("a")).toBe(true);
  });

  it("with a selector only for what it selects", () => {
    const { seen, push } = hook(() =>
      useRealtimeMetrics(({ metrics, models }) => ({
        cost: metrics?.total_cost ?? 0,
        names: [...models.keys()].join(),
      })),
    );
    push("metrics_update", metrics({ total_cost: 3 }));
    const { renders } = seen;
    push("metrics_update", metrics({ total_cost: 3, total_requests: 99 }));
    push("request_update", request("1"));
    expect(seen.renders).toBe(renders);
    expect(seen.value).toEqual({ cost: 3, names: "" });
  });

  it("of the connection happen with the state, not with messages", () => {
    const { seen, push, network } = hook(useConnectionStatus);
    const { renders } = seen;
    for (let n = 0; n < 10; n++) push("metrics_update", metrics({ total_requests: n }));
    expect(seen.renders).toBe(renders);
    act(() => network.last.end());
    expect(seen.renders).toBe(renders + 1);
    expect(seen.value).toMatchObject({ state: "RECONNECTING", isConnected: false });
  });

  it("cost a parent nothing", () => {
    let commits = 0;
    const { push } = scene(
      <Profiler id="sibling" onRender={() => commits++}>
        <p>still</p>
      </Profiler>,
    );
    push("metrics_update", metrics());
    expect(commits).toBe(1);
  });
});

describe("useRealtimeMetrics", () => {
  it("returns everything, newest first, within the asked bounds", () => {
    const { seen, push } = hook(() => {
      const all = useRealtimeMetrics({ maxRecentRequests: 2, maxRecentErrors: 1 });
      return { ...all };
    });
    expect(seen.value).toMatchObject({ metrics: null, isConnected: true, lastUpdate: null });
    for (const id of ["1", "2", "3"]) push("request_update", request(id));
    push("error_update", failure("first"));
    push("error_update", failure("second"));
    push("system_update", system);
    const limit = { endpoint: "/v1", limit: 1, remaining: 0, reset_time: 1, percentage_used: 100 };
    push("rate_limit_update", limit);
    expect(seen.value.recentRequests.map((one) => one.id)).toEqual(["3", "2"]);
    expect(seen.value.recentErrors.map((one) => one.error_message)).toEqual(["second"]);
    expect(seen.value.systemStats).toEqual(system);
    expect(seen.value.rateLimits.get("/v1")).toEqual(limit);
    expect(seen.value.connectionState).toBe("CONNECTED");
    expect(seen.value.lastUpdate).toBeGreaterThan(0);
    act(() => seen.value.clearHistory());
    expect([seen.value.recentRequests, seen.value.recentErrors]).toEqual([[], []]);
  });

  it("keeps the bounded list the same while the whole one is", () => {
    const { seen, push } = hook(() => ({ ...useRealtimeMetrics({ maxRecentRequests: 1 }) }));
    push("request_update", request("1"));
    push("request_update", request("2"));
    const { recentRequests } = seen.value;
    push("metrics_update", metrics());
    expect(seen.value.recentRequests).toBe(recentRequests);
  });
});

describe("useModelMetrics", () => {
  it("has data at once for a model seen before it was mounted, and null for others", () => {
    function Model({ name }: { name: string }): ReactElement {
      return <p>{useModelMetrics(name)?.request_count ?? "none"}</p>;
    }
    const { push, again, container } = scene(null);
    push("model_update", model("a", { request_count: 5 }));
    again({}, <Model name="a" />);
    expect(container.textContent).toBe("5");
    again({}, <Model name="b" />);
    expect(container.textContent).toBe("none");
  });
});

describe("useWebSocketSubscription", () => {
  it("calls the newest callback, once per message, while mounted and enabled", () => {
    const seen: string[] = [];
    let subscriptions = 0;
    function Listener({ name, enabled }: { name: string; enabled: boolean }): null {
      useWebSocketSubscription("metrics_update", () => seen.push(name), { enabled });
      subscriptions++;
      return null;
    }
    const { push, again } = scene(<Listener name="a" enabled />);
    push("metrics_update", metrics());
    again({}, <Listener name="b" enabled />);
    push("metrics_update", metrics());
    again({}, <Listener name="c" enabled={false} />);
    push("metrics_update", metrics());
    again({}, null);
    push("metrics_update", metrics());
    expect(seen).toEqual(["a", "b"]);
    expect(subscriptions).toBe(3);
  });

  it("delivers types that nobody here knows", () => {
    const seen: unknown[] = [];
    const { push } = hook(() => {
      useWebSocketSubscription<{ depth: number }>("queue_drained", ({ depth }, { type }) => {
        seen.push([type, depth]);
      });
    });
    push("queue_drained", { depth: 3 });
    expect(seen).toEqual([["queue_drained", 3]]);
  });

  it("infers the data of known types", () => {
    hook(() => {
      useWebSocketSubscription("metrics_update", (data, { type }) => {
        expectTypeOf(data).toEqualTypeOf<MetricsUpdate>();
        expectTypeOf(type).toEqualTypeOf<"metrics_update">();
      });
      useWebSocketSubscription<ErrorUpdate>("error_update", (data) => {
        expectTypeOf(data).toEqualTypeOf<ErrorUpdate>();
      });
    });
  });
});

describe("useErrorMonitor", () => {
  it("lists newest first, counts beyond its size, and clears both", () => {
    const { seen, push } = hook(() => useErrorMonitor({ maxSize: 2 }));
    for (const name of ["1", "2", "3"]) push("error_update", failure(name));
    expect(seen.value.errors.map((one) => one.error_message)).toEqual(["3", "2"]);
    expect(seen.value.errorCount).toBe(3);
    act(() => seen.value.clearErrors());
    expect([seen.value.errors, seen.value.errorCount]).toEqual([[], 0]);
    push("error_update", failure("4"));
    expect(seen.value.errors.map((one) => one.error_message)).toEqual(["4"]);
    expect(seen.value.errorCount).toBe(1);
  });

  it("calls back once per error that arrives, never for those of a snapshot", () => {
    const told: string[] = [];
    const { push, network, advance } = hook(() =>
      useErrorMonitor({ onError: (error) => told.push(error.error_message) }),
    );
    push("init", init({ snapshot: snapshot({ errors: [failure("old")] }) }));
    push("error_update", failure("new"));
    act(() => network.last.end());
    advance(2_000);
    push("init", init({ snapshot: snapshot({ errors: [failure("new"), failure("old")] }) }));
    expect(told).toEqual(["new"]);
  });

  it("starts afresh when somebody clears the history", () => {
    const { seen, push } = hook(() => ({
      ...useErrorMonitor(),
      clearHistory: useRealtimeMetrics().clearHistory,
    }));
    push("error_update", failure("1"));
    act(() => seen.value.clearHistory());
    expect([seen.value.errors, seen.value.errorCount]).toEqual([[], 0]);
    push("error_update", failure("2"));
    expect(seen.value.errorCount).toBe(1);
  });

  it("counts the errors of a snapshot once, also after a reconnect and after clearing", () => {
    const { seen, push } = hook(() => useErrorMonitor());
    const known = init({ snapshot: snapshot({ errors: [failure("b"), failure("a")] }) });
    push("init", known);
    push("init", known);
    expect(seen.value.errorCount).toBe(2);
    act(() => seen.value.clearErrors());
    push("init", known);
    expect(seen.value.errorCount).toBe(0);
  });
});

describe("useSystemHealth", () => {
  it.each([
    [{}, true],
    [{ cpu_usage: 90.1 }, false],
    [{ memory_usage: 91 }, false],
    [{ gpu_usage: 100, gpu_memory_usage: 94 }, true],
    [{ gpu_memory_usage: 96 }, false],
    [{ disk_usage: 96 }, false],
    [{ queue_size: 101 }, false],
  ])("with %j is healthy: %s", (change, healthy) => {
    const { seen, push } = hook(() => useSystemHealth());
    expect(seen.value).toMatchObject({ health: null, isHealthy: false });
    push("system_update", { ...system, ...change });
    expect(seen.value.isHealthy).toBe(healthy);
    expect(seen.value.problems.map((one) => one.metric)).toEqual(
      healthy ? [] : Object.keys(change),
    );
  });

  it("takes other thresholds", () => {
    const { seen, push } = hook(() => useSystemHealth({ cpu_usage: 5 }));
    push("system_update", system);
    expect(seen.value.problems).toEqual([{ metric: "cpu_usage", value: 10, limit: 5 }]);
  });
});

describe("the smaller hooks", () => {
  it("useRequestHistory filters and bounds", () => {
    const { seen, push } = hook(() =>
      useRequestHistory({ limit: 1, filter: (one) => one.status === "error" }),
    );
    push("request_update", request("1", { status: "error" }));
    push("request_update", request("2", { status: "error" }));
    push("request_update", request("3"));
    expect(seen.value.map((one) => one.id)).toEqual(["2"]);
  });

  it("useAggregateStats adds the models up", () => {
    const { seen, push } = hook(useAggregateStats);
    expect(seen.value).toMatchObject({ totalRequests: 0, avgLatencyMs: 0, errorRate: 0 });
    push("model_update", model("a", { request_count: 3, total_latency_ms: 300, error_count: 1 }));
    push("model_update", model("b", { request_count: 1, total_latency_ms: 500 }));
    expect(seen.value).toMatchObject({
      modelCount: 2,
      totalRequests: 4,
      totalErrors: 1,
      avgLatencyMs: 200,
      errorRate: 0.25,
      totalCost: 1,
    });
  });

  it("useMetric returns one figure", () => {
    const { seen, push } = hook(() => useMetric("total_requests"));
    expect(seen.value).toBeNull();
    push("metrics_update", metrics({ total_requests: 8 }));
    expect(seen.value).toBe(8);
  });

  it("useAlerts returns them, and those that fire", () => {
    const { seen, push } = hook(useAlerts);
    const alert = { id: "1", name: "n", severity: "high", message: "m", timestamp: 1 };
    push("alert_update", { ...alert, state: "firing" });
    push("alert_update", { ...alert, id: "2", state: "firing" });
    push("alert_update", { ...alert, state: "resolved" });
    expect(seen.value.alerts.map((one) => one.id)).toEqual(["2", "1"]);
    expect(seen.value.firing.map((one) => one.id)).toEqual(["2"]);
  });

  it("useWebSocketSend tells what became of a message", () => {
    const { seen, push, network } = hook(useWebSocketSend);
    expect(seen.value("custom", 1)).toEqual({ status: "queued" });
    push("init", init({ capabilities: ["custom"] }));
    expect(network.last.sent("custom").map((one) => one.data)).toEqual([1]);
  });

  it("useWebSocketConnection switches", () => {
    const { seen, advance } = hook(useWebSocketConnection);
    act(() => seen.value.disconnect());
    expect(seen.value.state).toBe("DISCONNECTED");
    act(() => seen.value.connect());
    advance(1);
    expect(seen.value.isConnected).toBe(true);
  });
});
