import { createWebSocketService } from "@telltale/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { foreignOrigins } from "./foreign-origins.ts";
import { type GuardedServer, startGuarded, tap } from "./guarded-server.ts";

let server: GuardedServer;

beforeAll(async () => {
  server = await startGuarded({ allowedOrigins: ["http://app.example"] });
}, 60_000);

afterAll(() => server.close(), 60_000);

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const revoke = async (id: string): Promise<void> => {
  const answer = await server.call(`/api/v1/keys/${id}`, {
    method: "DELETE",
    key: server.adminKey,
  });
  expect(answer.status).toBe(204);
};
const auth = (token: string): string =>
  JSON.stringify({ type: "auth", timestamp: 0, data: { token } });

describe("[A4] a stream opens for whoever says who they are", () => {
  test("[A4] in the upgrade: a key of scope read, not one of scope ingest or none that exists", async () => {
    const { secret } = await server.key("read");
    const good = tap(server.url, "/metrics/stream", bearer(secret));
    expect((await good.until("init")).data).toHaveProperty("snapshot");
    good.ws.close();
    const ingest = await server.key("ingest");
    expect(await tap(server.url, "/metrics/stream", bearer(ingest.secret)).closed).toBe(403);
    expect(await tap(server.url, "/metrics/stream", bearer("tt_unknown")).closed).toBe(401);
  });

  test("[A4] by the first message: nothing is told before, everything after", async () => {
    const { secret } = await server.key("read");
    const stream = tap(server.url);
    const { data } = await stream.until("init");
    expect(data).toMatchObject({ capabilities: ["auth"], resumed: true });
    expect(data).not.toHaveProperty("snapshot");
    stream.ws.send('{"type":"subscribe","timestamp":0,"data":{}}');
    stream.ws.send("no JSON");
    stream.texts.length = 0;
    stream.ws.send(auth(secret));
    const state = await stream.until("init");
    expect(state.data).toHaveProperty("snapshot");
    expect(state.data["capabilities"]).not.toContain("auth");
    stream.ws.close();
  });

  test.each([
    ["no key", "tt_none", 4100],
    ["something else", "eyJhbGciOi", 4100],
  ])("[A4] a first message with %s closes it", async (_name, token, code) => {
    const stream = tap(server.url);
    await stream.until("init");
    stream.ws.send(auth(token));
    expect(await stream.closed).toBe(code);
    expect(stream.texts).toHaveLength(1);
  });

  test("[A4] a first message with a key that may not read closes it for good", async () => {
    const { secret } = await server.key("ingest");
    const stream = tap(server.url);
    await stream.until("init");
    stream.ws.send(auth(secret));
    expect(await stream.closed).toBe(4003);
  });

  test("[A4] the client's getToken is asked, and its page goes on after a loss as ever", async () => {
    const { secret } = await server.key("read");
    const writer = await server.key("ingest");
    const seen: string[] = [];
    let sockets = 0;
    let last: WebSocket | undefined;
    class Counted extends WebSocket {
      constructor(url: string) {
        super(url);
        sockets++;
        last = this;
      }
    }
    const service = createWebSocketService(
      { url: `${server.url}/metrics/stream`, getToken: () => secret, reconnectInterval: 10 },
      {},
      { webSocket: () => Counted },
    );
    const gaps: string[] = [];
    const arrived = (id: string) =>
      new Promise<void>((resolve) => {
        const off = service.subscribe("request_update", (request) => {
          if (request.id === id) {
            off();
            resolve();
          }
        });
      });
    service.subscribe("request_update", ({ id }) => void seen.push(id));
    service.subscribe("notice", ({ code }) => void gaps.push(code));
    const first = arrived("before");
    await new Promise<void>((resolve) => {
      const off = service.subscribe("init", ({ snapshot }) => {
        if (snapshot) {
          off();
          resolve();
        }
      });
    });
    await server.call("/ingest/requests", {
      key: writer.secret,
      body: { id: "before", model: "m" },
    });
    await first;
    const second = arrived("after");
    last?.terminate();
    await server.call("/ingest/requests", {
      key: writer.secret,
      body: { id: "after", model: "m" },
    });
    await second;
    service.destroy();
    expect(sockets).toBe(2);
    expect(seen.filter((id) => id === "before" || id === "after")).toEqual(["before", "after"]);
    expect(gaps).toEqual([]);
  });

  test("[A4] a ticket is good for one stream, in the address or as the token", async () => {
    const { secret } = await server.key("read");
    const issue = async () =>
      (await server.json<{ ticket: string }>("/api/v1/tickets", { method: "POST", key: secret }))
        .ticket;
    const address = `/metrics/stream?ticket=${await issue()}`;
    const stream = tap(server.url, address, { origin: "http://app.example" });
    expect((await stream.until("init")).data).toHaveProperty("snapshot");
    stream.ws.close();
    expect(await tap(server.url, address).closed).toBe(401);
    const events = await server.call(`/metrics/stream?ticket=${await issue()}`, {
      headers: { accept: "text/event-stream" },
    });
    expect(events.status).toBe(200);
    await events.body?.cancel();
    const polled = await server.call("/metrics/stream", {
      key: await issue(),
      headers: { accept: "application/json" },
    });
    expect(polled.status).toBe(200);
    const token = await issue();
    const told = tap(server.url);
    await told.until("init");
    told.ws.send(auth(token));
    told.texts.length = 0;
    expect((await told.until("init")).data).toHaveProperty("snapshot");
    told.ws.close();
    // A ticket reads the stream, and nothing else.
    const elsewhere = await server.call(`/api/v1/snapshot?ticket=${await issue()}`);
    expect(elsewhere.status).toBe(401);
  });
});

test("[A11] a page of another origin is refused before the upgrade, whatever key it has", async () => {
  const { secret } = await server.key("read");
  const { port } = new URL(server.url);
  const forms = foreignOrigins.map((origin) =>
    origin.replaceAll(":8000", `:1${port}`).slice(0, 60),
  );
  for (const origin of [...new Set(forms)]) {
    const stream = tap(server.url, "/metrics/stream", { ...bearer(secret), origin });
    expect(await stream.closed, origin).toBe(403);
    expect(stream.texts).toEqual([]);
    const waiting = tap(server.url, "/metrics/stream", { origin });
    expect(await waiting.closed, origin).toBe(403);
  }
  const own = tap(server.url, "/metrics/stream", { ...bearer(secret), origin: server.url });
  expect((await own.until("init")).data).toHaveProperty("snapshot");
  own.ws.close();
});

describe("[A5] what a key opened ends with it", () => {
  const endings = async (
    secret: string,
    end: () => Promise<void>,
  ): Promise<{ socket: number; events: string; later: number }> => {
    const stream = tap(server.url, "/metrics/stream", bearer(secret));
    await stream.until("init");
    const events = await server.call("/metrics/stream", {
      key: secret,
      headers: { accept: "text/event-stream" },
    });
    await end();
    const socket = await stream.closed;
    const text = await events.text();
    const later = await server.call("/api/v1/snapshot", { key: secret });
    return { socket, events: text.slice(0, 4), later: later.status };
  };

  test("[A5] revoked: WebSockets with 4102, event streams, and every later call", async () => {
    const { id, secret } = await server.key("read");
    expect(await endings(secret, () => revoke(id))).toEqual({
      socket: 4102,
      events: "id: ",
      later: 401,
    });
  }, 5000);

  test("[A5] expired: WebSockets with 4101, event streams, and every later call", async () => {
    const { secret } = await server.key("read", "default", Date.now() + 1500);
    expect(await endings(secret, async () => undefined)).toEqual({
      socket: 4101,
      events: "id: ",
      later: 401,
    });
    const answer = await server.call("/api/v1/snapshot", { key: secret });
    expect(await answer.json()).toMatchObject({ type: "urn:telltale:problem:key_expired" });
  }, 10_000);

  test("[A5] a peer that does not say goodbye is cut off", async () => {
    const { id, secret } = await server.key("read");
    const stream = tap(server.url, "/metrics/stream", bearer(secret));
    await stream.until("init");
    const socket: { pause(): void } = Reflect.get(stream.ws, "_socket");
    socket.pause();
    await revoke(id);
    // The server's side of it is gone as soon as it counts no more.
    await expect
      .poll(
        async () => {
          const text = await (await server.call("/metrics", { key: server.adminKey })).text();
          return /telltale_stream_connections (\d+)/.exec(text)?.[1];
        },
        { timeout: 4000 },
      )
      .toBe("0");
    stream.ws.terminate();
  }, 10_000);

  test("[A5] a session ends with its key, and with signing out", async () => {
    const { id, secret } = await server.key("read");
    const signIn = async () => {
      const answer = await server.call("/api/v1/session", { body: { key: secret } });
      return { cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "" };
    };
    const own = { origin: server.url };
    const first = await signIn();
    const second = await signIn();
    const streams = [first, second].map((cookie) =>
      tap(server.url, "/metrics/stream", { ...cookie, ...own }),
    );
    for (const stream of streams) {
      expect((await stream.until("init")).data).toHaveProperty("snapshot");
    }
    const out = await server.call("/api/v1/session", {
      method: "DELETE",
      headers: { ...first, ...own },
    });
    expect(out.status).toBe(204);
    expect(await streams[0]?.closed).toBe(4102);
    expect((await server.call("/api/v1/snapshot", { headers: first })).status).toBe(401);
    expect((await server.call("/api/v1/snapshot", { headers: second })).status).toBe(200);
    await revoke(id);
    expect(await streams[1]?.closed).toBe(4102);
    expect((await server.call("/api/v1/snapshot", { headers: second })).status).toBe(401);
  }, 10_000);
});
