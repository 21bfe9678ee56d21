import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AlertUpdate } from "@telltale/protocol";
import { FakeClock } from "@telltale/testkit/fake-clock";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Alerts, type AlertsOptions } from "../src/alerts/alerts.ts";
import { ruleInputSchema } from "../src/alerts/rule.ts";
import type { RequestEvent } from "../src/event.ts";
import { LiveState } from "../src/live/state.ts";
import { seriesOf } from "./alert-series.ts";
import { request } from "./make.ts";

let folder: string;
let clock: FakeClock;
let told: AlertUpdate[];
let logged: string[];
let live: LiveState;
let history: RequestEvent[];
let open: Alerts[];
let ids: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "telltale-alerts-"));
  clock = new FakeClock();
  told = [];
  logged = [];
  history = [];
  open = [];
  ids = 0;
  live = new LiveState({ windowSeconds: 60, recent: 10, inFlightPatience: 60_000 });
});
afterEach(async () => {
  for (const alerts of open) await alerts.close();
  rmSync(folder, { recursive: true });
});

async function start(more: Partial<AlertsOptions> = {}): Promise<Alerts> {
  const alerts = await Alerts.open({
    folder,
    store: seriesOf(history),
    channels: {},
    windowSeconds: 60,
    tickMs: 1000,
    historyInterval: 1000,
    clock,
    newId: () => `id${++ids}`,
    starters: [],
    log: {
      warn: (_fields, message) => logged.push(message),
      error: (_fields, message) => logged.push(message),
    },
    tell: (update) => told.push(update),
    ...more,
  });
  open.push(alerts);
  return alerts;
}

async function stop(alerts: Alerts): Promise<void> {
  open = open.filter((one) => one !== alerts);
  await alerts.close();
}

function tick(alerts: Alerts, count = 1): void {
  for (let n = 0; n < count; n++) {
    clock.advance(1000);
    const figures = live.tick(clock.now(), { system: null, activeConnections: 0 });
    alerts.tick({ ...figures, system: null });
  }
}

function arrives(alerts: Alerts, fields: Partial<RequestEvent> = {}): void {
  const event = request({ created: clock.now() - 100, latencyMs: 100, ...fields });
  history.push(event);
  live.finish(event, clock.now());
  alerts.request(event);
}

const fails = { status: "error", failure: { type: "500", message: "broke" } } as const;
const errors = ruleInputSchema.parse({
  kind: "threshold",
  name: "Errors",
  metric: "error_rate",
  op: ">",
  value: 0.5,
  for: "5s",
  clear_for: "5s",
});

test("[L1] a firing alert is the same one after a restart, and so is its end", async () => {
  let alerts = await start();
  await alerts.rules.add(errors);
  arrives(alerts, fails);
  tick(alerts, 10);
  expect(told.map(({ state }) => state)).toEqual(["pending", "firing"]);
  const id = told[0]?.id;
  await stop(alerts);

  told = [];
  alerts = await start();
  expect(alerts.current()).toMatchObject([{ id, state: "firing", value: 1, threshold: 0.5 }]);
  tick(alerts, 20);
  expect(told).toEqual([]);
  tick(alerts, 60);
  expect(told).toMatchObject([{ id, state: "resolved", fired_at: expect.any(Number) }]);
  expect(alerts.events({}, 10).events.map(({ state, alert_id }) => [state, alert_id])).toEqual([
    ["resolved", id],
    ["firing", id],
  ]);
  expect(logged).toEqual([]);
});

test("alerts say what is measured now beside what it was when they fired, and send no word of it", async () => {
  const alerts = await start();
  await alerts.rules.add(errors);
  arrives(alerts, fails);
  tick(alerts, 10);
  const sent = told.length;
  arrives(alerts);
  tick(alerts);
  expect(alerts.current()).toMatchObject([{ state: "firing", value: 1, current_value: 0.5 }]);
  arrives(alerts);
  arrives(alerts);
  tick(alerts);
  expect(alerts.current()).toMatchObject([{ state: "firing", value: 1, current_value: 0.25 }]);
  expect(told.length).toBe(sent);
});

test("an acknowledged alert keeps its note across a restart", async () => {
  let alerts = await start();
  await alerts.rules.add(errors);
  arrives(alerts, fails);
  tick(alerts, 10);
  const id = told[0]?.id ?? "";
  expect(await alerts.acknowledge("another", "mine")).toBeUndefined();
  const answer = await alerts.acknowledge(id, "I look at it");
  expect(answer).toMatchObject({ id, state: "firing", acknowledged_note: "I look at it" });
  expect(told.at(-1)).toEqual(answer);
  await stop(alerts);
  alerts = await start();
  expect(alerts.current()).toEqual([answer]);
  expect(alerts.events({ state: "acknowledged" }, 10).events).toMatchObject([
    { note: "I look at it" },
  ]);
});

test("[L4] money spent fires from the history, once, whatever comes after and whoever restarts", async () => {
  let alerts = await start();
  await alerts.rules.add(
    ruleInputSchema.parse({
      kind: "budget",
      name: "Day",
      amount: 1,
      period: "day",
      levels: [80, 100],
    }),
  );
  const look = async (): Promise<void> => {
    for (let n = 0; n < 3; n++) {
      tick(alerts);
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    }
  };
  arrives(alerts, { cost: 0.5 });
  await look();
  expect(told).toEqual([]);
  arrives(alerts, { cost: 0.4 });
  await look();
  arrives(alerts, { cost: 0.05 });
  await look();
  expect(told.map(({ state, threshold }) => [state, threshold])).toEqual([["firing", 0.8]]);
  await stop(alerts);
  alerts = await start();
  await look();
  arrives(alerts, { cost: 0.05 });
  await look();
  expect(told.map(({ state, threshold }) => [state, threshold])).toEqual([
    ["firing", 0.8],
    ["firing", 1],
  ]);
});

test("silence of a model is noticed, known models included, and not held against a server that was down", async () => {
  history.push(request({ model: "old", created: clock.now() - 2 * 3_600_000 }));
  const alerts = await start();
  await alerts.rules.add(
    ruleInputSchema.parse({
      kind: "no_data",
      name: "Quiet",
      after: "30s",
      each: true,
      clear_for: 0,
    }),
  );
  await new Promise(setImmediate);
  arrives(alerts, { model: "new" });
  tick(alerts, 20);
  expect(told).toEqual([]);
  arrives(alerts, { model: "new" });
  tick(alerts, 15);
  expect(told.map(({ model, state }) => [model, state])).toEqual([["old", "firing"]]);
  arrives(alerts, { model: "old" });
  tick(alerts);
  expect(told.at(-1)).toMatchObject({ model: "old", state: "resolved" });
});

test("a rule that is switched off or removed ends its alerts at once", async () => {
  const alerts = await start();
  const rule = await alerts.rules.add(errors);
  arrives(alerts, fails);
  tick(alerts, 2);
  expect(told.map(({ state }) => state)).toEqual(["pending"]);
  await alerts.rules.remove(rule.id);
  alerts.abandon(rule.id, "The rule was removed");
  expect(told.at(-1)).toMatchObject({ state: "resolved", message: "The rule was removed" });
  expect(told.at(-1)?.fired_at).toBeUndefined();
  expect(alerts.events({}, 10).events).toEqual([]);
  expect(alerts.current()).toEqual([]);
});

test("starters are there once, and stay away when they were removed", async () => {
  let alerts = await start({ starters: [errors] });
  expect(alerts.rules.rules.map(({ name }) => name)).toEqual(["Errors"]);
  await alerts.rules.remove(alerts.rules.rules[0]?.id ?? "");
  await stop(alerts);
  alerts = await start({ starters: [errors] });
  expect(alerts.rules.rules).toEqual([]);
});

test("damaged rules are said and kept, and alerts go on", async () => {
  writeFileSync(join(folder, "rules.json"), "{");
  const alerts = await start();
  expect(logged.join()).toMatch(/rules\.json could not be understood \(it is not JSON\)/);
  expect(alerts.rules.damage).toMatch(/rules\.json\.damaged-/);
  await alerts.rules.add(errors);
  arrives(alerts, fails);
  tick(alerts, 10);
  expect(told.at(-1)?.state).toBe("firing");
});

test("a history that fails leaves what it said last, and is asked again", async () => {
  const working = seriesOf(history);
  let broken = false;
  const alerts = await start({
    store: {
      series: (query) => (broken ? Promise.reject(new Error("closed")) : working.series(query)),
    },
  });
  await alerts.rules.add(
    ruleInputSchema.parse({ kind: "budget", name: "Day", amount: 1, period: "day", levels: [50] }),
  );
  arrives(alerts, { cost: 0.9 });
  const look = async (): Promise<void> => {
    tick(alerts, 2);
    for (let n = 0; n < 4; n++) await new Promise(setImmediate);
    tick(alerts, 2);
  };
  await look();
  expect(told.map(({ state }) => state)).toEqual(["firing"]);
  broken = true;
  // A query that took long, as this one seems to have, is not asked again soon.
  clock.advance(30_000);
  await look();
  await look();
  expect(logged).toContain("an alert rule could not read the history");
  expect(told).toHaveLength(1);
});
