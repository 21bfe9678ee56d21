import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createWebSocketService,
  defaultEnv,
  type Env,
  type TransportName,
  type WebSocketConfig,
  type WebSocketService,
} from "@telltale/client";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { configSchema } from "../src/config.ts";
import { type Server, startServer } from "../src/server.ts";

let folder: string;
let server: Server;
let service: WebSocketService | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-client-"));
  server = await startServer({
    config: configSchema.parse({ port: 0, dataDir: folder, tickMs: 100 }),
    logger: pino({ level: "silent" }),
  });
});

afterEach(() => service?.destroy());

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

let count = 0;

/** Reports so many requests, one error each, and returns their ids. */
async function report(models: readonly string[]): Promise<string[]> {
  const events = models.map((model) => ({
    id: `request-${++count}`,
    model,
    status: "error",
    error_message: "failed",
    latency_ms: 100,
    prompt_tokens: 1,
    completion_tokens: 1,
  }));
  const answer = await fetch(`${server.url}/ingest/requests`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(events),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return events.map(({ id }) => id);
}

function open(config: Partial<WebSocketConfig>, env: Partial<Env> = {}) {
  const seen: string[] = [];
  const notices: string[] = [];
  let greeted = 0;
  let breaks = 0;
  const made = createWebSocketService(
    { url: `${server.url}/metrics/stream`, reconnectInterval: 20, ...config },
    { onNotice: ({ message }) => notices.push(message), onDisconnect: () => breaks++ },
    { webSocket: () => WebSocket, ...env },
  );
  service = made;
  made.subscribe("error_update", ({ request_id }) => seen.push(request_id ?? "?"));
  made.subscribe("init", () => greeted++);
  return { made, seen, notices, greeted: () => greeted, breaks: () => breaks };
}

describe.each<TransportName>(["websocket", "sse", "poll"])(
  "with the real server, over %s",
  (name) => {
    it("everything arrives once, through reconnects", async () => {
      const { made, seen, notices, greeted } = open({ transports: [name] });
      await expect.poll(greeted).toBe(1);
      const sent: string[] = [];
      for (let n = 0; n < 5; n++) {
        sent.push(...(await report(["a", "b"])));
        if (n % 2 === 0) await expect.poll(() => seen).toEqual(sent);
        // The connection is broken off wherever it stands.
        made.disconnect();
        sent.push(...(await report(["a"])));
        made.connect();
      }
      await expect.poll(() => seen).toEqual(sent);
      expect(notices).toEqual([]);
      expect(made.getConnectionInfo().transport).toBe(name);
    });

    it("a subscription narrows the stream and its state, and can be changed", async () => {
      const { made } = open({ transports: [name], subscription: { models: ["wanted"] } });
      await report(["unwanted", "wanted"]);
      const models = (): string[] => [...made.store.getState().models.keys()];
      await expect.poll(models).toEqual(["wanted"]);
      made.setSubscription({ models: ["other"] });
      await report(["wanted", "other"]);
      await expect.poll(models).toEqual(["other"]);
      const requested = (): string[] => [
        ...new Set(made.store.getState().requests.map(({ model }) => model)),
      ];
      await expect.poll(requested).toEqual(["other"]);
      made.setSubscription();
      await expect.poll(() => models().length).toBeGreaterThan(2);
    });
  },
);

it("[C12] falls back to the real server's events and returns to its WebSocket, losing and repeating nothing", async () => {
  let blocked = true;
  const Blocked = class extends WebSocket {
    constructor() {
      super("ws://127.0.0.1:1/");
    }
  };
  const start = Date.now();
  const speed = 20;
  const { made, seen, notices, breaks } = open(
    {},
    {
      webSocket: () => (blocked ? Blocked : WebSocket),
      now: () => start + (Date.now() - start) * speed,
      after: (ms, run) => defaultEnv.after(ms / speed, run),
    },
  );
  const transport = (): TransportName => made.getConnectionInfo().transport;
  await expect.poll(() => [made.getState(), transport()]).toEqual(["CONNECTED", "sse"]);
  const sent: string[] = [];
  blocked = false;
  const deadline = Date.now() + 15_000;
  while (transport() === "sse" && Date.now() < deadline) sent.push(...(await report(["a"])));
  expect(transport()).toBe("websocket");
  sent.push(...(await report(["a", "b"])));
  await expect.poll(() => seen.at(-1)).toBe(sent.at(-1));
  expect(seen).toEqual(sent);
  expect([notices, breaks()]).toEqual([[], 0]);
});
