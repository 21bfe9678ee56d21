import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWebSocketService, type WebSocketService } from "@telltale/client";
import type { AlertUpdate, Snapshot } from "@telltale/protocol";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { configSchema } from "../src/config.ts";
import { type Server, startServer } from "../src/server.ts";

let folder: string;
let server: Server;
let service: WebSocketService;
let receiver: HttpServer;
const received: { path: string; body: string }[] = [];

async function start(): Promise<Server> {
  const { port } = receiver.address() as AddressInfo;
  return startServer({
    config: configSchema.parse({
      port: 0,
      dataDir: folder,
      tickMs: 100,
      channels: {
        ops: { kind: "webhook", url: `http://127.0.0.1:${port}/secret-path`, groupWaitMs: 0 },
      },
    }),
    logger: pino({ level: "silent" }),
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-alerts-"));
  receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      received.push({ path: request.url ?? "", body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  server = await start();
  service = connect();
});

afterAll(async () => {
  service.destroy();
  await server.stop();
  receiver.closeAllConnections();
  receiver.close();
  await rm(folder, { recursive: true, force: true });
});

function connect(): WebSocketService {
  const url = `${server.url}/metrics/stream`;
  return createWebSocketService({ url }, {}, { webSocket: () => WebSocket });
}

interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

async function call<T = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<T>> {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === "" ? {} : JSON.parse(text)) as T };
}

async function report(
  model: string,
  count: number,
  fails: boolean,
  created = Date.now() - 10,
): Promise<void> {
  const event = {
    model,
    created,
    latency_ms: 10,
    ...(fails ? { status: "error", error_type: "500" } : {}),
  };
  const { status } = await call(
    "POST",
    "/ingest/requests",
    Array.from({ length: count }, () => event),
  );
  expect(status).toBe(202);
}

const rules = "/api/v1/alerts/rules";
const errors = {
  kind: "threshold",
  name: "Errors",
  severity: "high",
  metric: "error_rate",
  op: ">",
  value: 0.5,
  recover: 0.3,
  each: true,
  labels: { team: "a" },
  clear_for: 0,
};
/** The alerts of a model, as a page has them in its hooks. */
const alertsOf = (model: string): AlertUpdate[] =>
  service.store.getState().alerts.filter((alert) => alert.model === model);
const statesOf = (model: string): string[] => alertsOf(model).map(({ state }) => state);

test("[L1] failing requests fire on the stream, are told to a channel, survive a restart, and are resolved", async () => {
  const { status, body: rule } = await call("POST", rules, errors);
  expect(status).toBe(201);
  const seen: AlertUpdate[] = [];
  service.subscribe("alert_update", (alert) => seen.push(alert));
  await report("shaky", 5, true);
  await report("steady", 5, false);
  await expect.poll(() => statesOf("shaky"), { timeout: 5000 }).toEqual(["firing"]);
  expect(statesOf("steady")).toEqual([]);
  const [alert] = alertsOf("shaky");
  expect(alert).toMatchObject({
    name: "Errors",
    rule_id: rule["id"],
    kind: "threshold",
    value: 1,
    threshold: 0.5,
    labels: { team: "a" },
    message: "error_rate of shaky is 100%, above 50%",
  });
  await expect.poll(() => received.length).toBe(1);
  expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({
    type: "alerts.firing",
    data: { alerts: [{ id: alert?.id }] },
  });
  const { body: snapshot } = await call<Snapshot>("GET", "/api/v1/snapshot");
  expect(snapshot.alerts).toEqual([{ ...alert, current_value: 1 }]);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('telltale_alerts{rule="Errors",severity="high",state="firing"} 1');
  expect(metrics).toContain(
    'telltale_alert_notifications_total{channel="ops",outcome="delivered"} 1',
  );

  const { body: acknowledged } = await call("POST", `/api/v1/alerts/${alert?.id}/acknowledge`, {
    note: "mine",
  });
  expect(acknowledged).toMatchObject({ acknowledged_note: "mine" });
  await expect.poll(() => alertsOf("shaky")[0]?.acknowledged_note).toBe("mine");
  expect(seen.map(({ state }) => state)).toEqual(["firing", "firing"]);

  service.destroy();
  await server.stop();
  server = await start();
  service = connect();
  await expect.poll(() => alertsOf("shaky")).toMatchObject([{ id: alert?.id, state: "firing" }]);
  await report("shaky", 45, false);
  await expect.poll(() => statesOf("shaky"), { timeout: 5000 }).toEqual(["resolved"]);
  expect(alertsOf("shaky")[0]?.id).toBe(alert?.id);
  await expect.poll(() => received.length).toBe(2);
  expect(JSON.parse(received[1]?.body ?? "")).toMatchObject({ type: "alerts.resolved" });
  const { body: history } = await call<{ events: AlertUpdate[]; next_cursor: null }>(
    "GET",
    `/api/v1/alerts/events?rule=${rule["id"]}`,
  );
  expect(history.events.map(({ state }) => state)).toEqual(["resolved", "acknowledged", "firing"]);
  expect(history.next_cursor).toBeNull();
  const { body: some } = await call<{ events: AlertUpdate[]; next_cursor: string }>(
    "GET",
    "/api/v1/alerts/events?limit=1",
  );
  const { body: rest } = await call<{ events: AlertUpdate[] }>(
    "GET",
    `/api/v1/alerts/events?limit=1&cursor=${some.next_cursor}`,
  );
  expect([...some.events, ...rest.events].map(({ state }) => state)).toEqual([
    "resolved",
    "acknowledged",
  ]);
});

test("[L2] a silenced alert is shown, and nobody is told", async () => {
  const before = received.length;
  const { body: silence } = await call("POST", "/api/v1/alerts/silences", {
    matchers: { model: "muted" },
    ends_at: new Date(Date.now() + 3_600_000).toISOString(),
    comment: "We know",
  });
  await report("muted", 5, true);
  await expect
    .poll(() => alertsOf("muted"), { timeout: 5000 })
    .toMatchObject([{ state: "firing", silenced: true }]);
  const { body: listed } = await call<{ silences: object[] }>("GET", "/api/v1/alerts/silences");
  expect(listed.silences).toMatchObject([{ id: silence["id"], active: true, comment: "We know" }]);
  expect(received).toHaveLength(before);
  expect((await call("DELETE", `/api/v1/alerts/silences/${silence["id"]}`)).status).toBe(204);
  await expect.poll(() => alertsOf("muted")[0]?.silenced).toBe(false);
  await expect.poll(() => received.length).toBe(before + 1);
  expect((await call("DELETE", `/api/v1/alerts/silences/${silence["id"]}`)).status).toBe(404);
  expect(
    await call("POST", "/api/v1/alerts/silences", { matchers: {}, ends_at: 1, comment: "x" }),
  ).toMatchObject({
    status: 400,
    body: { path: "matchers" },
  });
  const over = { matchers: { model: "muted" }, ends_at: Date.now() - 1, comment: "x" };
  expect(await call("POST", "/api/v1/alerts/silences", over)).toMatchObject({
    status: 400,
    body: { path: "ends_at" },
  });
});

test("rules are made, read, replaced, changed and removed; what is wrong is named", async () => {
  const made = await call("POST", rules, { ...errors, name: "Mine", for: "2m", channels: ["ops"] });
  const at = `${rules}/${made.body["id"]}`;
  expect(made.body).toMatchObject({ for: 120_000, enabled: true, on_missing: "resolve" });
  expect((await call("GET", at)).body).toEqual(made.body);
  const put = await call("PUT", at, { ...made.body, name: "Ours" });
  expect(put.body).toMatchObject({ id: made.body["id"], name: "Ours", for: 120_000 });
  const patched = await call("PATCH", at, { enabled: false, for: "5m", recover: null });
  expect(patched.body).toMatchObject({ name: "Ours", enabled: false, for: 300_000 });
  expect(patched.body["recover"]).toBeUndefined();
  expect((await call<{ rules: object[] }>("GET", rules)).body.rules).toContainEqual(patched.body);

  expect((await call("PATCH", at, { value: "much" })).body).toMatchObject({
    type: "urn:telltale:problem:invalid_body",
    path: "value",
  });
  expect((await call("POST", rules, { ...errors, channels: ["nobody"] })).body["detail"]).toBe(
    "channels.0: is no channel; configured are ops",
  );
  expect((await call("POST", rules, { kind: "magic", name: "x" })).body["detail"]).toMatch(
    /threshold, no_data/,
  );
  expect((await call("POST", rules)).status).toBe(400);
  expect((await call("DELETE", at)).status).toBe(204);
  for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
    const { status } = await call(method, at, method === "GET" ? undefined : errors);
    expect([method, status]).toEqual([method, 404]);
  }
});

test("[L6] a rule is tried on what is stored", async () => {
  const when = Date.now() - 600_000;
  await report("past", 5, true, when);
  const { status, body } = await call<{ fired: number; episodes: object[]; series: object[] }>(
    "POST",
    "/api/v1/alerts/preview",
    { rule: { ...errors, min_requests: 3 } },
  );
  expect(status).toBe(200);
  expect(body.series.length).toBeGreaterThan(0);
  expect(body.episodes).toHaveLength(body.fired);
  expect(body.episodes).toContainEqual(
    expect.objectContaining({
      model: "past",
      value: 1,
      fired_at: (Math.floor((when + 10) / 300_000) + 1) * 300_000,
      resolved_at: (Math.floor((when + 10) / 300_000) + 2) * 300_000,
    }),
  );
  const spending = await call("POST", "/api/v1/alerts/preview", {
    rule: { kind: "budget", name: "b", amount: 1, period: "month", by: "model" },
  });
  expect(spending.body).toMatchObject({ fired: 0, step_ms: 300_000 });
  const burning = await call<{ fired: number }>("POST", "/api/v1/alerts/preview", {
    rule: { kind: "burn_rate", name: "b", objective: 0.99, min_requests: 1 },
  });
  expect(burning.body.fired).toBeGreaterThan(0);
  const far = await call("POST", "/api/v1/alerts/preview", { rule: errors, from: 0 });
  expect(far).toMatchObject({ status: 400, body: { path: "from" } });
});

test("[L8] channels are shown without secrets, tested, and never made or changed here", async () => {
  const { body } = await call("GET", "/api/v1/alerts/channels");
  expect(JSON.stringify(body)).not.toContain("secret-path");
  expect(body).toMatchObject({ channels: [{ id: "ops", kind: "webhook" }] });
  const before = received.length;
  expect((await call("POST", "/api/v1/alerts/channels/ops/test")).body).toMatchObject({
    delivered: true,
  });
  expect(received[before]).toMatchObject({ path: "/secret-path" });
  expect(JSON.parse(received[before]?.body ?? "")).toMatchObject({ type: "alerts.test" });
  expect((await call("POST", "/api/v1/alerts/channels/nobody/test")).status).toBe(404);
  const target = { kind: "webhook", url: "http://127.0.0.1:1/" };
  for (const [method, path] of [
    ["POST", "/api/v1/alerts/channels"],
    ["PUT", "/api/v1/alerts/channels/ops"],
    ["PATCH", "/api/v1/alerts/channels/ops"],
  ] as const) {
    expect([404, 405]).toContain((await call(method, path, target)).status);
  }
  const log = await call<{ deliveries: object[] }>(
    "GET",
    "/api/v1/alerts/deliveries?state=delivered",
  );
  expect(log.body.deliveries.length).toBeGreaterThan(0);
  expect(JSON.stringify(log.body)).not.toContain("secret-path");
});

test("templates and metrics are there to choose from, and nothing is in force unasked", async () => {
  const { body } = await call<{ templates: { rule: object }[] }>("GET", "/api/v1/alerts/templates");
  for (const { rule } of body.templates) {
    const made = await call("POST", rules, rule);
    expect(made.status).toBe(201);
    await call("DELETE", `${rules}/${made.body["id"]}`);
  }
  const listed = await call<{ metrics: object[] }>("GET", "/api/v1/alerts/metrics");
  expect(listed.body.metrics).toContainEqual({
    name: "p95_latency_ms",
    unit: "ms",
    each: "model",
    history: "p95_latency_ms",
  });
});

test("the API document has every address of alerts", async () => {
  const { body } = await call<{ paths: Record<string, object> }>("GET", "/api/openapi.json");
  const paths = Object.entries(body.paths).filter(([path]) => path.startsWith("/api/v1/alerts"));
  expect(paths.flatMap(([, methods]) => Object.keys(methods))).toHaveLength(20);
});
