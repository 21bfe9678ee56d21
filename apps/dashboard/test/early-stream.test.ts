import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { EarlyWebSocket } from "../src/services/early-stream.ts";

/** A socket of which the test decides what happens. */
class FakeSocket extends EventTarget {
  static made: FakeSocket[] = [];
  readyState = 0;
  readonly sent: string[] = [];
  closed = false;
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
    FakeSocket.made.push(this);
  }
  send(data: string): void {
    this.sent.push(data);
  }
  close(): void {
    this.closed = true;
  }
  hear(type: string, data?: string): void {
    if (type === "open") this.readyState = 1;
    this.dispatchEvent(data === undefined ? new Event(type) : new MessageEvent(type, { data }));
  }
}

const url = "ws://localhost/metrics/stream";

/** What public/begin.js leaves behind. */
function begin(): FakeSocket {
  const socket = new FakeSocket(url);
  const heard: Event[] = [];
  const keep = (event: Event): void => void heard.push(event);
  socket.addEventListener("open", keep);
  socket.addEventListener("message", keep);
  Object.assign(window, { telltaleEarly: { socket, heard, keep } });
  return socket;
}

function listen(socket: EarlyWebSocket): string[] {
  const told: string[] = [];
  socket.addEventListener("open", () => told.push("open"));
  socket.addEventListener("message", ({ data }) => told.push(String(data)));
  socket.addEventListener("close", () => told.push("close"));
  return told;
}

beforeEach(() => {
  FakeSocket.made = [];
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => {
  vi.unstubAllGlobals();
  window.telltaleEarly = undefined;
});

it("hands over what was heard before, in order and once, and what comes after", async () => {
  const early = begin();
  early.hear("open");
  early.hear("message", "init");
  const told = listen(new EarlyWebSocket(url));
  await Promise.resolve();
  expect(told).toEqual(["open", "init"]);
  early.hear("message", "next");
  early.hear("close");
  expect(told).toEqual(["open", "init", "next", "close"]);
  expect(FakeSocket.made).toHaveLength(1);
});

it("takes over a socket that is still connecting", async () => {
  const early = begin();
  const socket = new EarlyWebSocket(url);
  const told = listen(socket);
  await Promise.resolve();
  expect([told, socket.readyState]).toEqual([[], 0]);
  early.hear("open");
  socket.send("hello");
  expect([told, socket.readyState, early.sent]).toEqual([["open"], 1, ["hello"]]);
});

it("opens one of its own for another address, another protocol, and after the first", () => {
  for (const [address, protocols] of [
    [`${url}?from=1`, undefined],
    [url, ["telltale.v1"]],
  ] as const) {
    const early = begin();
    new EarlyWebSocket(address, protocols && [...protocols]);
    expect(early.closed).toBe(true);
    expect(FakeSocket.made.at(-1)).not.toBe(early);
  }
  const early = begin();
  new EarlyWebSocket(url);
  new EarlyWebSocket(url);
  expect(early.closed).toBe(false);
  expect(FakeSocket.made.at(-1)).not.toBe(early);
});

it("opens one of its own where the first was refused", () => {
  const early = begin();
  early.readyState = 3;
  new EarlyWebSocket(url);
  expect(FakeSocket.made.at(-1)).not.toBe(early);
});
