import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type GuardedServer, startGuarded } from "./guarded-server.ts";

// The long form is 50 projects, 200 subscriptions each, 100,000 events each: `npm run soak -- R13`.
const PROJECTS = Number(process.env["TELLTALE_PROJECTS"] ?? 10);
const SUBSCRIPTIONS = Number(process.env["TELLTALE_SUBSCRIPTIONS"] ?? 10);
const EVENTS = Number(process.env["TELLTALE_EVENTS"] ?? 1000);
const BATCH = Math.min(1000, EVENTS / 10);
const PATIENCE = 60_000 + PROJECTS * (SUBSCRIPTIONS * 50 + EVENTS * 2);

/** Every text that belongs to a project has its canary in it. */
const canaryOf = (index: number): string => `canary-${index}-`;
const anyCanary = /canary-(\d+)-/g;

/** Counts canaries in what a project was shown: its own, and those of others. */
class Watch {
  readonly project: number;
  own = 0;
  bytes = 0;
  readonly foreign: string[] = [];

  constructor(project: number) {
    this.project = project;
  }

  see(text: string, where: string): void {
    this.bytes += text.length;
    for (const match of text.matchAll(anyCanary)) {
      if (Number(match[1]) === this.project) this.own++;
      else if (this.foreign.length < 20) this.foreign.push(`${where}: ${match[0]}`);
    }
  }
}

interface Tenant {
  readonly index: number;
  readonly id: string;
  readonly ingest: string;
  readonly read: string;
  readonly watch: Watch;
  readonly streams: Watch;
}

let server: GuardedServer;
let tenants: Tenant[];

/** Subscriptions of many kinds, the same for each project. */
const subscriptions = Array.from({ length: SUBSCRIPTIONS }, (_, index) => {
  const kinds = [
    "",
    "?types=request_update",
    "?types=error_update,model_update",
    "?status=error",
    "?min_latency=500",
    "?text=canary",
    "?q=model:canary*",
    "?interval_ms=1000",
    "?models=canary-1-model,canary-2-model,canary-3-model",
    "?types=metrics_update,cost_update",
  ];
  return kinds[index % kinds.length] ?? "";
});

function event(index: number, number: number): object {
  const canary = canaryOf(index);
  const failed = number % 7 === 0;
  return {
    id: `${canary}${number}`,
    model: `${canary}model`,
    provider: "openai",
    created: Date.now() - 1000,
    latency_ms: 100 + (number % 900),
    prompt_tokens: 10,
    completion_tokens: 5,
    streaming: false,
    status: failed ? "error" : "success",
    ...(failed && { error_type: `${canary}error`, error_message: `${canary}failed ${number}` }),
    user_id: `${canary}user`,
    organization_id: `${canary}organization`,
    service: `${canary}service`,
    endpoint: `/${canary}endpoint`,
    trace_id: `${canary}trace`,
    api_key: `${canary}key`,
    cost: 0.001,
    attributes: { feature: `${canary}feature` },
  };
}

beforeAll(async () => {
  // Ten thousand sockets have two ends each, more than one process may have open.
  const long = PROJECTS * SUBSCRIPTIONS > 2000;
  server = await startGuarded({ tickMs: long ? 1000 : 100 }, long);
  const key = server.adminKey;
  tenants = [];
  for (let index = 1; index <= PROJECTS; index++) {
    const id = `p-${index}`;
    const name = `${canaryOf(index)}project`;
    await server.json("/api/v1/projects", { key, body: { name, id } });
    tenants.push({
      index,
      id,
      ingest: (await server.key("ingest", id)).secret,
      read: (await server.key("read", id)).secret,
      watch: new Watch(index),
      streams: new Watch(index),
    });
    const headers = { "x-telltale-project": id };
    const rule = {
      kind: "threshold",
      name: `${canaryOf(index)}rule`,
      severity: "high",
      metric: "error_rate",
      op: ">",
      value: 0.01,
      each: true,
    };
    await server.json("/api/v1/alerts/rules", { key, headers, body: rule });
    const silence = {
      matchers: { model: `${canaryOf(index)}other` },
      ends_at: Date.now() + 3_600_000,
      comment: `${canaryOf(index)}silence`,
    };
    await server.json("/api/v1/alerts/silences", { key, headers, body: silence });
  }
}, PATIENCE);

afterAll(() => server.close(), PATIENCE);

async function seen(
  { read, watch }: Tenant,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: unknown } = {},
): Promise<{ status: number; text: string }> {
  const answer = await server.call(path, { key: read, ...options });
  const text = Buffer.from(await answer.arrayBuffer()).toString("latin1");
  watch.see(text, path);
  watch.see(JSON.stringify([...answer.headers]), `headers of ${path}`);
  return { status: answer.status, text };
}

interface Subscribed {
  readonly ws: WebSocket;
  /** Of the first message. */
  readonly position: string;
}

function subscribe(tenant: Tenant, query: string): Promise<Subscribed> {
  const address = `${server.url.replace("http", "ws")}/metrics/stream${query}`;
  const ws = new WebSocket(address, { headers: { authorization: `Bearer ${tenant.read}` } });
  ws.on("message", (data) => tenant.streams.see(String(data), `frames of ${query}`));
  return new Promise((resolve, reject) => {
    ws.once("message", (data) => {
      resolve({ ws, position: /"position":"([^"]+)"/.exec(String(data))?.[1] ?? "" });
    });
    ws.once("error", reject);
  });
}

describe("[A9] a project never sees a byte of another", () => {
  test(
    "[A9] in its frames, whatever it subscribes to",
    async () => {
      const sockets: Subscribed[] = [];
      for (const tenant of tenants) {
        for (const query of subscriptions) sockets.push(await subscribe(tenant, query));
      }
      for (let first = 0; first < EVENTS; first += BATCH) {
        const events = (index: number) =>
          Array.from({ length: BATCH }, (_, offset) => event(index, first + offset));
        await Promise.all(
          tenants.map(async ({ index, ingest }) => {
            const answer = await server.call("/ingest/requests", {
              key: ingest,
              body: events(index),
            });
            expect(await answer.json()).toMatchObject({ accepted: BATCH, duplicates: 0 });
          }),
        );
      }
      await wait(500);
      for (const { ws } of sockets) ws.close();
      for (const { streams } of tenants) {
        expect(streams.foreign).toEqual([]);
        // It did deliver.
        expect(streams.own).toBeGreaterThan(Math.min(EVENTS, 500));
      }
    },
    PATIENCE,
  );

  test(
    "[A9] in pages, figures, exports, exposition and description",
    async () => {
      const to = Date.now() + 60_000;
      const range = `from=${to - 7_200_000}&to=${to}`;
      const paths = [
        "/api/v1/snapshot",
        "/api/v1/models",
        "/api/v1/requests?limit=1000&count=true",
        "/api/v1/requests?q=model:canary*&limit=1000",
        "/api/v1/errors?limit=100",
        `/api/v1/errors/groups?${range}`,
        `/api/v1/series?metric=requests&${range}&step=1m&group_by=model`,
        `/api/v1/breakdown?${range}&by=user`,
        `/api/v1/breakdown?${range}&by=model`,
        `/api/v1/heatmap?metric=latency&${range}&step=10m`,
        `/api/v1/costs?${range}&by=model`,
        `/api/v1/compare?metric=latency&${range}&against=previous`,
        "/api/v1/prices/unknown",
        "/api/v1/boards",
        "/api/v1/engines",
        "/api/v1/host",
        "/api/v1/alerts",
        "/api/v1/alerts/rules",
        "/api/v1/alerts/silences",
        "/api/v1/alerts/events",
        "/api/v1/alerts/deliveries",
        "/api/v1/session",
        "/api/v1/projects",
        "/api/v1/keys",
        "/api/openapi.json",
        "/metrics",
        ...["csv", "json", "ndjson", "parquet"].map((format) => `/api/v1/export?format=${format}`),
      ];
      for (const tenant of tenants) {
        const answered = new Map<string, number>();
        for (const path of paths) answered.set(path, (await seen(tenant, path)).status);
        expect(answered.get("/api/v1/export?format=csv")).toBe(200);
        const { text } = await seen(tenant, "/api/v1/export?format=ndjson");
        expect(text.split("\n").filter(Boolean)).toHaveLength(EVENTS);
        expect(tenant.watch.foreign).toEqual([]);
        expect(tenant.watch.own).toBeGreaterThan(EVENTS);
      }
    },
    PATIENCE,
  );

  test(
    "[A9] with the ids, cursors and project of another",
    async () => {
      for (const tenant of tenants) {
        const other = tenants[tenant.index % tenants.length];
        if (other === undefined || other === tenant) continue;
        const key = other.read;
        const theirs = await server.json<{ next_cursor: string }>("/api/v1/requests?limit=5", {
          key,
        });
        const failed = await server.json<{ next_cursor: string }>("/api/v1/errors?limit=5&q=", {
          key,
        });
        const { rules } = await server.json<{ rules: { id: string }[] }>("/api/v1/alerts/rules", {
          key,
        });
        expect(theirs.next_cursor).toBeTruthy();
        expect(rules).toHaveLength(1);

        const id = `${canaryOf(other.index)}3`;
        expect((await server.call(`/api/v1/requests/${id}`, { key })).status).toBe(200);
        expect((await seen(tenant, `/api/v1/requests/${id}`)).status).toBe(404);
        expect((await seen(tenant, `/api/v1/alerts/rules/${rules[0]?.id}`)).status).toBe(404);
        await seen(tenant, `/api/v1/requests?limit=100&cursor=${theirs.next_cursor}`);
        await seen(tenant, `/api/v1/errors?limit=100&cursor=${failed.next_cursor}`);
        for (const path of ["/api/v1/snapshot", "/api/v1/export?format=csv", "/metrics"]) {
          const headers = { "x-telltale-project": other.id };
          expect((await seen(tenant, path, { headers })).status).toBe(403);
          const cookie = `telltale_project=${other.id}; telltale_session=${other.id}`;
          expect((await seen(tenant, path, { headers: { cookie } })).status).toBe(200);
        }
        for (const path of [
          `/projects/${other.id}/api/v1/snapshot`,
          `/api/v1/projects/${other.id}`,
        ]) {
          expect((await seen(tenant, path)).status).toBeGreaterThanOrEqual(403);
        }
        await seen(tenant, "/api/v1/session", {
          method: "PATCH",
          body: { project: other.id },
        });
        const posted = await server.call("/ingest/requests", {
          key: tenant.ingest,
          headers: { "x-telltale-project": other.id },
          body: event(other.index, EVENTS + 1),
        });
        expect(posted.status).toBe(403);
        // The same id in two projects is two requests.
        const same = await server.call("/ingest/requests", {
          key: tenant.ingest,
          body: { id: "same", model: "m" },
        });
        expect(await same.json()).toMatchObject({ accepted: 1 });
        expect(tenant.watch.foreign).toEqual([]);
      }
    },
    PATIENCE,
  );

  test(
    "[A9] with the position and epoch of another, live and in a replay, on every transport",
    async () => {
      for (const tenant of tenants) {
        const other = tenants[tenant.index % tenants.length];
        if (other === undefined || other === tenant) continue;
        const { position } = await server.json<{ position: string }>("/api/v1/snapshot", {
          key: other.read,
        });
        const [epoch = "", tick = ""] = position.split(":");
        for (const since of [position, `${epoch}:0`, `${epoch}:${Math.max(0, Number(tick) - 2)}`]) {
          const { ws } = await subscribe(tenant, `?since=${since}`);
          await wait(20);
          ws.send(
            JSON.stringify({
              type: "hello",
              data: { client: { name: "t", version: "0" }, resume: { epoch, position: since } },
            }),
          );
          await wait(20);
          ws.close();
          const accept = { accept: "application/json" };
          const polled = await seen(tenant, `/metrics/stream?since=${since}&wait=0`, {
            headers: accept,
          });
          expect(polled.text).toContain('"gap"');
        }
        const from = Date.now() - 600_000;
        const replayed = await subscribe(tenant, `?from=${from}&speed=3600`);
        const reader = await subscribe(other, `?from=${from}&speed=3600`);
        // The other's replay, by its epoch.
        const past = reader.position;
        expect(past).not.toBe("");
        const thief = await subscribe(tenant, `?from=${from}&speed=3600&since=${past}`);
        await wait(300);
        for (const { ws } of [replayed, reader, thief]) ws.close();
        expect(tenant.streams.foreign).toEqual([]);
        expect(tenant.watch.foreign).toEqual([]);
      }
    },
    PATIENCE,
  );

  test(
    "[A9] an administrator sees the project that they ask for, and a removed one is gone",
    async () => {
      const key = server.adminKey;
      for (const { id, index } of tenants) {
        const headers = { "x-telltale-project": id };
        const { models } = await server.json<{ models: { model: string }[] }>("/api/v1/models", {
          key,
          headers,
        });
        expect(models.map(({ model }) => model)).toContain(`${canaryOf(index)}model`);
      }
      const [gone] = tenants;
      if (gone === undefined) throw new Error("there is no project");
      const removed = await server.call(`/api/v1/projects/${gone.id}`, { method: "DELETE", key });
      expect(removed.status).toBe(204);
      expect((await server.call("/api/v1/models", { key: gone.read })).status).toBe(401);
      expect((await server.call("/ingest/requests", { key: gone.ingest, body: {} })).status).toBe(
        401,
      );
      const named = await server.call("/api/v1/models", {
        key,
        headers: { "x-telltale-project": gone.id },
      });
      expect(named.status).toBe(404);
      // One of the same name begins empty.
      await server.json("/api/v1/projects", { key, body: { name: "Again", id: gone.id } });
      const again = await server.json<object>("/api/v1/models", {
        key,
        headers: { "x-telltale-project": gone.id },
      });
      expect(again).toEqual({ models: [] });
      const first = await server.call("/api/v1/projects/default", { method: "DELETE", key });
      expect(first.status).toBe(409);
    },
    PATIENCE,
  );
});
