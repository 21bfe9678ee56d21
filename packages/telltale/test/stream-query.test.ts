import { describe, expect, test } from "vitest";
import { readStreamRequest } from "../src/stream/request.ts";
import { carries, keyOf, subscriptionOf } from "../src/stream/subscription.ts";
import { readUp } from "../src/stream/up.ts";
import { toRequestUpdate } from "../src/wire.ts";
import { request } from "./make.ts";

const carried = (q: string, latencyMs: number): boolean =>
  carries(subscriptionOf({ filter: { q } }), {
    type: "request_update",
    data: toRequestUpdate(request({ latencyMs })),
  });

describe("a subscription with a query", () => {
  test("carries the requests that pass, and everything that is no request", () => {
    expect(carried("latency>2s model:gpt*", 2001)).toBe(true);
    expect(carried("latency>2s model:gpt*", 2000)).toBe(false);
    expect(carried("-latency>2s", 2000)).toBe(true);
    const subscription = subscriptionOf({ filter: { q: "model:none" } });
    const data = { server_time: 1, uptime_seconds: 1 };
    expect(carries(subscription, { type: "heartbeat", data })).toBe(true);
  });

  test("shares a channel with one that means the same, and with no other", () => {
    const key = (q: string) => keyOf(subscriptionOf({ filter: { q } }));
    expect(key("latency>2000ms  status=error")).toBe(key("latency>2s status:error"));
    expect(key("latency>2s")).not.toBe(key("latency>=2s"));
    expect(key("")).toBe(keyOf({}));
  });

  test("keeps its query until another is asked for", () => {
    const before = subscriptionOf({ filter: { q: "status:error" } });
    expect(subscriptionOf({ types: ["request_update"] }, before).query).toBe(before.query);
    expect(subscriptionOf({ filter: { q: "" } }, before).query).toBeUndefined();
  });

  test("is refused with the column when the query can not be read", () => {
    const message = JSON.stringify({ type: "subscribe", data: { filter: { q: "stauts:error" } } });
    expect(readUp(message, 20)).toEqual({
      fault: "data.filter.q: column 1: stauts is not a field; did you mean status?",
      path: "data.filter.q",
    });
    expect(() => readStreamRequest(new URLSearchParams({ q: "latency>fast" }))).toThrow(
      "q: column 9: latency is compared with a duration",
    );
    const { subscription } = readStreamRequest(new URLSearchParams({ q: "latency>2s" }));
    expect(subscription.query?.terms).toHaveLength(1);
  });
});
