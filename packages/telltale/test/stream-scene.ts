import {
  createWebSocketService,
  type TransportName,
  type WebSocketService,
} from "@telltale/client";
import { FakeClock, seededRandom } from "@telltale/testkit/fake-clock";
import type { FakeRequest } from "@telltale/testkit/fake-http";
import { FakeNetwork, type FakeSocket } from "@telltale/testkit/fake-network";
import { metrics, snapshot } from "@telltale/testkit/sample";
import { vi } from "vitest";
import { Frames } from "../src/stream/frames.ts";
import { Hub } from "../src/stream/hub.ts";
import { readStreamRequest } from "../src/stream/request.ts";
import { readUp } from "../src/stream/up.ts";
import { toErrorUpdate } from "../src/wire.ts";
import { request } from "./make.ts";

type Passage = "open" | "refused" | "mute";

/** What a listener was given: an event by its number, or word that some are missing. */
export type Seen =
  | { readonly type: "request" | "error"; readonly number: number }
  | { readonly type: "gap" };

/** What is on its way to one reader, in order, at the pace of its line. */
class Line {
  buffered = 0;
  #free = 0;
  readonly #clock: FakeClock;
  readonly #latency: () => number;
  readonly bytesPerMs: number;

  constructor(clock: FakeClock, latency: () => number, bytesPerMs: number) {
    this.#clock = clock;
    this.#latency = latency;
    this.bytesPerMs = bytesPerMs;
  }

  carry(text: string, arrive: (text: string) => void): void {
    const now = this.#clock.now();
    const bytes = text.length;
    this.buffered += bytes;
    // What was handed over earlier is read earlier, whatever the latency.
    this.#free = Math.max(this.#free, now + this.#latency()) + bytes / this.bytesPerMs;
    this.#clock.after(this.#free - now, () => {
      this.buffered -= bytes;
      arrive(text);
    });
  }
}

/** The hub itself and the client itself, with a network between them that can do anything. */
export class Scene {
  readonly clock: FakeClock;
  readonly network: FakeNetwork;
  readonly random: () => number;
  readonly passage: Record<TransportName, Passage> = {
    websocket: "open",
    sse: "open",
    poll: "open",
  };
  readonly seen: Seen[] = [];
  readonly service: WebSocketService;
  /** Numbers of what was told to the hub, by type. */
  readonly told: Record<"request" | "error", number> = { request: 0, error: 0 };
  hub: Hub;
  up = true;
  slow = false;
  readonly #transports: number;
  #lives = 0;
  readonly #open = new Set<() => void>();

  constructor(seed: number, transports: readonly TransportName[]) {
    this.#transports = transports.length;
    this.clock = new FakeClock(seed);
    this.random = seededRandom(seed * 7_919 + 1);
    this.network = new FakeNetwork(this.clock);
    // The hub's timers are those of the scene.
    vi.stubGlobal("setTimeout", (run: () => void, ms: number) => this.clock.after(ms, run));
    vi.stubGlobal("clearTimeout", (cancel: (() => void) | undefined) => cancel?.());
    this.hub = this.#live();
    this.network.serve = (socket) => this.#socket(socket);
    this.network.http.serve = (asked) => this.#answer(asked);
    this.service = createWebSocketService(
      { url: "ws://server.example/metrics/stream", transports: [...transports] },
      {
        onNotice: ({ code }) => {
          if (code === "gap" || code === "conflated") this.seen.push({ type: "gap" });
        },
      },
      this.network.env(),
    );
    this.service.subscribe("request_update", ({ id }) =>
      this.seen.push({ type: "request", number: Number(id) }),
    );
    this.service.subscribe("error_update", ({ request_id }) =>
      this.seen.push({ type: "error", number: Number(request_id) }),
    );
  }

  /** Tells the hub of a request, or of an error. */
  tell(type: "request" | "error"): void {
    const id = String(this.told[type]++);
    if (type === "request") this.hub.request(request({ id }));
    else {
      const error = toErrorUpdate(
        request({ id, status: "error", failure: { type: "timeout", message: "failed" } }),
      );
      if (error) this.hub.error(error);
    }
  }

  tick(): void {
    const told = { total_requests: this.told.request, active_connections: this.hub.size };
    this.hub.tick({ metrics: metrics(told), models: [], lost: [] }, null);
    this.hub.heartbeat();
  }

  /** The network loses every connection. */
  cut(): void {
    for (const end of [...this.#open]) end();
  }

  /** The server ends, without a word or after one; the next life knows nothing of this one. */
  restart(announced: boolean): void {
    if (announced) this.hub.close();
    else this.cut();
    this.hub = this.#live();
  }

  async close(): Promise<void> {
    this.service.destroy();
    this.cut();
    this.hub.close();
    await this.network.pass(1);
    vi.unstubAllGlobals();
  }

  #live(): Hub {
    return new Hub({
      version: "1.2.3",
      epoch: `life${++this.#lives}`,
      maxEventsPerTick: 40,
      replayEvents: 60,
      flushInterval: 50,
      heartbeatInterval: 15_000,
      maxQueueBytes: 20_000,
      stallTimeout: 30_000,
      now: this.clock.now,
      snapshot,
    });
  }

  #line(): Line {
    return new Line(this.clock, () => this.random() * 300, this.slow ? 2 : 1000);
  }

  #socket(socket: FakeSocket): void {
    if (!this.up || this.passage.websocket === "refused") {
      socket.end(1006);
      return;
    }
    socket.accept();
    // Who has only a WebSocket can not know that a server which never spoke is not just quiet.
    const known = this.#transports > 1 || this.service.getConnectionInfo().messageCount > 0;
    if (this.passage.websocket === "mute" && known) return;
    const { hub } = this;
    const line = this.#line();
    let batch = false;
    let over = false;
    const arrive = (text: string): void => {
      if (!over) socket.push(text);
    };
    const end = (code: number): void => {
      if (over) return;
      over = true;
      this.#open.delete(cut);
      hub.leave(connection);
      socket.end(code);
    };
    const cut = (): void => end(1006);
    const peer = {
      write: (frames: Frames) => {
        const parts = batch && frames.count > 1 ? [frames.array()] : frames.single();
        for (const part of parts) line.carry(part.toString(), arrive);
      },
      get buffered() {
        return line.buffered;
      },
      // What was handed over before the close is read before it.
      close: (code: number) => line.carry("", () => end(code)),
      terminate: cut,
    };
    const { subscription, since } = readStreamRequest(new URL(socket.url).searchParams);
    const connection = hub.join(peer, subscription, since);
    this.#open.add(cut);
    const send = socket.send.bind(socket);
    socket.send = (text) => {
      send(text);
      this.clock.after(this.random() * 300, () => {
        const message = readUp(text, 32);
        if (over || "fault" in message) return;
        if (message.type === "heartbeat") {
          const now = this.clock.now();
          const data = { client_time: message.data.client_time, server_time: now };
          connection.write(new Frames([{ type: "pong", data }], { timestamp: now }));
        } else if (message.type === "hello") {
          batch = message.data.batch ?? false;
          if (message.data.resume) hub.resume(connection, message.data.resume.position);
        }
      });
    };
    const close = socket.close.bind(socket);
    socket.close = (code) => {
      close(code);
      end(code ?? 1005);
    };
  }

  #answer(asked: FakeRequest): void {
    const name = asked.accept.includes("event-stream") ? "sse" : "poll";
    if (!this.up || this.passage[name] === "refused") {
      asked.cut();
      return;
    }
    if (this.passage[name] === "mute") return;
    const { hub } = this;
    const { subscription, since, wait } = readStreamRequest(
      asked.url.searchParams,
      asked.headers.get("last-event-id") ?? undefined,
    );
    const gone = new AbortController();
    const cut = (): void => {
      this.#open.delete(cut);
      gone.abort();
      asked.cut();
    };
    this.#open.add(cut);
    const line = this.#line();
    if (name === "poll") {
      void hub.poll(subscription, since, wait, gone.signal).then((frames) =>
        line.carry(frames.array().toString(), (text) => {
          this.#open.delete(cut);
          asked.respond(200, "application/json; charset=utf-8", text);
        }),
      );
      return;
    }
    asked.stream();
    const leave = (): void => {
      hub.leave(connection);
      this.#open.delete(cut);
    };
    const connection = hub.join(
      {
        write: (frames) =>
          line.carry(frames.events().toString(), (text) => {
            if (asked.open) asked.write(text);
            else leave();
          }),
        get buffered() {
          return line.buffered;
        },
        close: () =>
          line.carry("", () => {
            leave();
            asked.end();
          }),
        terminate: cut,
      },
      subscription,
      since,
    );
  }
}
