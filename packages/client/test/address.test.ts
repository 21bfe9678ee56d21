import { expect, it } from "vitest";
import { streamAddress } from "../src/address.ts";
import { withParameters } from "../src/parameters.ts";

const base = "https://app.example/dashboard/";

it.each([
  ["ws://s/metrics/stream", "websocket", "ws://s/metrics/stream"],
  ["HTTP://s/metrics/stream", "websocket", "ws://s/metrics/stream"],
  ["https://s/x#part", "websocket", "wss://s/x"],
  ["wss://s/x?key=1#part", "sse", "https://s/x?key=1"],
  ["/metrics/stream", "websocket", "wss://app.example/metrics/stream"],
  ["stream?key=1", "poll", "https://app.example/dashboard/stream?key=1"],
] as const)("%s over %s is %s", (url, transport, address) => {
  expect(streamAddress({ url }, base, transport, undefined, true)).toBe(address);
});

it("says what is wanted, from where on, once", () => {
  const subscription = { models: ["a b", "c"], filter: { text: "50% & more?" } };
  const url = "ws://s/x?since=old&key=a%20b";
  const address = streamAddress({ url, subscription }, base, "sse", "e:7", true);
  expect([...new URL(address).searchParams]).toEqual([
    ["key", "a b"],
    ["models", "a b,c"],
    ["text", "50% & more?"],
    ["since", "e:7"],
  ]);
  expect(streamAddress({ url, subscription }, base, "websocket", undefined, false)).toBe(url);
});

it("keeps what stands behind a second question mark", () => {
  expect(withParameters("ws://s/?a=b?c", { d: 1 })).toBe("ws://s/?a=b?c&d=1");
});

it("asks nothing of a URL but to be made, as React Native's can do no more", () => {
  const whole = globalThis.URL;
  class Poor {
    readonly href: string;
    constructor(url: string) {
      this.href = `${url}/`;
    }
  }
  Object.assign(globalThis, { URL: Poor });
  try {
    const subscription = { types: ["metrics_update"] };
    const url = "https://s/metrics/stream";
    expect(streamAddress({ url, subscription }, undefined, "websocket", "e:1", true)).toBe(
      "wss://s/metrics/stream?types=metrics_update&since=e%3A1",
    );
  } finally {
    globalThis.URL = whole;
  }
});
