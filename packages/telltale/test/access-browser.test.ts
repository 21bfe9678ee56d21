import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configSchema } from "../src/config.ts";
import { startServer } from "../src/server.ts";
import { type GuardedServer, startGuarded, tap } from "./guarded-server.ts";

let server: GuardedServer;
const received: string[] = [];
const upstream = createServer((request, response) => {
  received.push(JSON.stringify([request.url, request.rawHeaders]));
  response.writeHead(200, { "content-type": "application/json" });
  response.end('{"model":"m","usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}');
});

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  const { port } = upstream.address() as AddressInfo;
  server = await startGuarded({
    allowedOrigins: ["http://app.example"],
    trustedProxies: ["127.0.0.1"],
    upstreams: { local: { url: `http://127.0.0.1:${port}` } },
  });
}, 60_000);

afterAll(async () => {
  await server.close();
  upstream.close();
}, 60_000);

const signIn = async (key: string, more: object = {}, headers: Record<string, string> = {}) => {
  const answer = await server.call("/api/v1/session", { body: { key, ...more }, headers });
  const set = answer.headers.get("set-cookie") ?? "";
  return { status: answer.status, set, cookie: set.split(";")[0] ?? "", body: await answer.json() };
};
const typeOf = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { type: string }).type.replace("urn:telltale:problem:", "");

describe("[A6] a browser trades a key for a cookie", () => {
  test("[A6] that no script reads and no other site sends; Secure where the reader came by https", async () => {
    const plain = await signIn(server.adminKey);
    expect(plain.set).toMatch(
      /^telltale_session_\d+=[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/,
    );
    expect(plain.body).toMatchObject({
      auth: "required",
      caller: { scope: "admin", project: { id: "default" }, key: { name: "First key" } },
    });
    const secure = await signIn(server.adminKey, {}, { "x-forwarded-proto": "https" });
    expect(secure.set).toMatch(/^__Host-telltale_session_\d+=[\w-]+; .*; Secure$/);
    expect(JSON.stringify([plain.body, secure.body])).not.toContain(plain.cookie.slice(20));
  });

  test("[A6] which lasts over a restart, and reads from pages of this server only", async () => {
    const signedIn = await signIn(server.adminKey);
    await server.restart();
    // On another port, which is part of the name.
    const cookie = signedIn.cookie.replace(/_\d+=/, `_${new URL(server.url).port}=`);
    const read = (headers: Record<string, string>) =>
      server.call("/api/v1/snapshot", { headers: { cookie, ...headers } });
    expect((await read({})).status).toBe(200);
    expect((await read({ origin: server.url })).status).toBe(200);
    expect((await read({ origin: "http://app.example" })).status).toBe(401);
    expect((await read({ origin: "http://evil.example" })).status).toBe(403);
    expect((await read({ "sec-fetch-site": "same-site" })).status).toBe(403);
    const stream = tap(server.url, "/metrics/stream", { cookie, origin: server.url });
    expect((await stream.until("init")).data).toHaveProperty("snapshot");
    stream.ws.close();
    const foreign = tap(server.url, "/metrics/stream", { cookie, origin: "http://evil.example" });
    expect(await foreign.closed).toBe(403);
  });

  test("[A6] and changes only with the Origin of such a page", async () => {
    const { cookie } = await signIn(server.adminKey);
    const change = (headers: Record<string, string>) =>
      server.call("/api/v1/projects", {
        body: { name: "By cookie" },
        headers: { cookie, ...headers },
      });
    expect((await change({ origin: server.url })).status).toBe(201);
    for (const headers of [{}, { origin: "null" }, { origin: "http://evil.example" }]) {
      expect(await typeOf(await change(headers)), JSON.stringify(headers)).toBe("forbidden_origin");
    }
    expect((await change({ origin: "http://app.example" })).status).toBe(401);
    const { projects } = await server.json<{ projects: object[] }>("/api/v1/projects", {
      key: server.adminKey,
    });
    expect(projects).toHaveLength(2);
  });

  test("[A6] a session shows one project; an administrator switches, others may not", async () => {
    await server.call("/api/v1/projects", { key: server.adminKey, body: { name: "T", id: "t" } });
    const { cookie } = await signIn(server.adminKey, { project: "t" });
    const headers = { cookie, origin: server.url };
    const session = () =>
      server.json<{ caller: { project: { id: string } }; projects: object[] }>("/api/v1/session", {
        headers,
      });
    expect((await session()).caller.project).toEqual({ id: "t", name: "T" });
    const switched = await server.json("/api/v1/session", {
      method: "PATCH",
      headers,
      body: { project: "default" },
    });
    expect(switched).toMatchObject({ caller: { project: { id: "default" } } });
    expect((await session()).caller.project.id).toBe("default");
    const nowhere = { method: "PATCH", headers, body: { project: "nowhere" } };
    expect((await server.call("/api/v1/session", nowhere)).status).toBe(400);

    const reader = (await server.key("read", "t")).secret;
    const own = await signIn(reader);
    expect(own.body).toMatchObject({ projects: [{ id: "t", name: "T" }] });
    const patch = await server.call("/api/v1/session", {
      method: "PATCH",
      headers: { cookie: own.cookie, origin: server.url },
      body: { project: "default" },
    });
    expect(await typeOf(patch)).toBe("scope_missing");
    expect((await signIn(reader, { project: "default" })).status).toBe(403);
    const header = { "x-telltale-project": "default" };
    const other = await server.call("/api/v1/snapshot", { key: reader, headers: header });
    expect(await other.json()).toMatchObject({
      type: "urn:telltale:problem:scope_missing",
      scope: "admin",
    });
    expect((await signIn((await server.key("ingest")).secret)).status).toBe(403);
    expect((await signIn("tt_none")).status).toBe(401);
  });
});

describe("where a key may stand", () => {
  test("as a bearer token, in X-Telltale-Key, and as the password of Basic", async () => {
    const { secret } = await server.key("read");
    const basic = Buffer.from(`anybody:${secret}`).toString("base64");
    for (const headers of [
      { authorization: `Bearer ${secret}` },
      { authorization: `bearer ${secret}` },
      { authorization: `Basic ${basic}` },
      { "x-telltale-key": secret },
      { "x-telltale-key": secret, authorization: "Bearer of-a-gateway" },
    ]) {
      expect((await server.call("/api/v1/models", { headers })).status).toBe(200);
    }
  });

  test("never in an address, however written: it is refused, even if it would be good", async () => {
    const { secret } = await server.key("read");
    const coded = secret.replace(/./g, (one) => `%${one.charCodeAt(0).toString(16)}`);
    for (const query of [`key=${secret}`, `x=${secret}`, `token=${coded}`, coded]) {
      for (const key of [undefined, secret]) {
        const answer = await server.call(`/api/v1/models?${query}`, key ? { key } : {});
        expect(answer.status).toBe(400);
        const text = await answer.text();
        expect(text).toContain("does not belong into an address");
        expect(text).not.toContain(secret);
      }
    }
    expect(await tap(server.url, `/metrics/stream?key=${secret}`).closed).toBe(400);
  });
});

describe("[A7] a key is nowhere but with those who have it", () => {
  test("[A7] in no log, address, metric, error, answer, file or upstream", async () => {
    const { secret, id } = await server.key("ingest");
    const reader = (await server.key("read")).secret;
    const { cookie } = await signIn(reader);
    const admin = server.adminKey;
    const secrets = [secret, reader, admin, cookie.split("=")[1] ?? ""];
    const basic = Buffer.from(`pk:${secret}`).toString("base64");
    const seen: string[] = [];
    const note = async (answer: Promise<Response>): Promise<void> => {
      const { status, headers, url, ...rest } = await answer.then(async (response) => ({
        status: response.status,
        headers: [...response.headers],
        url: response.url,
        text: await response.text(),
      }));
      seen.push(JSON.stringify([status, headers, rest.text]));
    };
    const call = (path: string, key: string, body?: unknown, headers = {}) =>
      note(server.call(path, { key, headers, ...(body !== undefined && { body }) }));
    const chat = { model: "m", messages: [] };

    await call("/ingest/requests", secret, { id: "r-1", model: "m" });
    await call("/ingest/requests", secret, { id: "r-2", model: "m", api_key: "name" });
    await call("/ingest/requests", secret, "{");
    await call("/ingest/requests", secret, { model: 7 });
    await call("/api/v1/keys", secret);
    await call("/nothing", secret);
    for (const headers of [
      { "x-telltale-key": secret, authorization: "Bearer sk-provider" },
      { authorization: `Bearer ${secret}` },
      { authorization: `Basic ${basic}`, "x-telltale-key": secret },
      { "x-api-key": secret, "x-telltale-key-name": "checkout" },
      { "x-telltale-key": secret, cookie: `a=b; ${cookie}; c=d` },
    ]) {
      await note(server.call("/proxy/local/v1/chat/completions", { body: chat, headers }));
      await note(server.call("/proxy/local/v1/files", { headers }));
      await note(server.call("/proxy/nowhere/v1/models", { headers }));
    }
    await note(server.call(`/api/v1/models?key=${secret}`));
    await note(server.call(`/metrics/stream?ticket=${secret}`));
    await note(server.call("/api/v1/session", { body: { key: `${secret}x` } }));
    await note(server.call("/api/v1/session", { body: `{"key":"${secret}"` }));
    await note(server.call("/api/v1/session", { body: { key: secret } }));
    for (const path of ["/api/v1/session", "/api/v1/keys", "/api/v1/projects", "/metrics"]) {
      await call(path, admin);
      await note(server.call(path, { headers: { cookie, origin: server.url } }));
    }
    for (const path of ["/api/v1/requests", "/api/v1/snapshot", "/api/v1/export?format=json"]) {
      await call(path, reader);
    }
    const stream = tap(server.url);
    await stream.until("init");
    stream.ws.send(JSON.stringify({ type: "auth", data: { token: secret } }));
    await stream.closed;
    const open = tap(server.url, "/metrics/stream", { authorization: `Bearer ${reader}` });
    await open.until("init");
    open.ws.send(JSON.stringify({ type: secret, data: { token: secret } }));
    await open.until("notice");
    open.ws.close();
    await call(`/api/v1/keys/${id}`, admin);
    // What was used when is written down, too.
    await server.restart();

    expect(received.length).toBeGreaterThan(5);
    expect(received.join()).toContain("sk-provider");
    expect(received.join()).toContain("a=b");
    const places = {
      answers: seen.join("\n").replaceAll(cookie, ""),
      frames: [...stream.texts, ...open.texts].join("\n"),
      log: server.logged(),
      files: await server.files(),
      upstream: received.join("\n"),
    };
    expect(places.log.length).toBeGreaterThan(100);
    expect(places.files).toContain("checkout");
    for (const [place, text] of Object.entries(places)) {
      for (const one of [...secrets, basic]) {
        expect(text.includes(one), place).toBe(false);
        expect(text.includes(one.slice(4, 30)), `${place}, a part`).toBe(false);
      }
    }
  }, 60_000);
});

test("[A8] who keeps failing has to wait, and nobody else", async () => {
  const from = (address: string, key: string) =>
    server.call("/api/v1/models", { key, headers: { "x-forwarded-for": address } });
  for (let count = 0; count < 10; count++) {
    expect((await from("203.0.113.7", `tt_guess-${count}`)).status).toBe(401);
  }
  const refused = await from("203.0.113.7", "tt_guess");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await from("203.0.113.8", "tt_guess")).status).toBe(401);
  // Others behind the same address have done nothing.
  expect((await from("203.0.113.7", server.adminKey)).status).toBe(200);
});

test("the first key is made once, and only when the server listens", async () => {
  expect(server.adminKey).toMatch(/^tt_[\w-]{43}$/);
  expect(server.logged()).not.toContain(server.adminKey);
  const dataDir = await mkdtemp(join(tmpdir(), "telltale-port-"));
  const { port } = upstream.address() as AddressInfo;
  const logger = pino({ level: "silent" });
  const on = (port: number) =>
    startServer({ config: configSchema.parse({ auth: "required", port, dataDir }), logger });
  await expect(on(port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  const first = await on(0);
  await first.stop();
  const second = await on(0);
  await second.stop();
  await rm(dataDir, { recursive: true });
  expect(first.adminKey).toMatch(/^tt_/);
  expect(second.adminKey).toBeUndefined();
});
