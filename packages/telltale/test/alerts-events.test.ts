import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AlertEvent, EventLog } from "../src/alerts/event-log.ts";

const NOW = 1_700_000_000_000;
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "telltale-events-"));
  path = join(folder, "events.ndjson");
});
afterEach(() => rmSync(folder, { recursive: true }));

const event = (at: number, fields: Partial<AlertEvent> = {}): Omit<AlertEvent, "seq"> => ({
  at,
  state: "firing",
  alert_id: "a1",
  rule_id: "r1",
  name: "Errors",
  kind: "threshold",
  severity: "high",
  labels: {},
  message: "",
  started_at: at,
  fired_at: at,
  silenced: false,
  ...fields,
});
const times = (events: readonly AlertEvent[]): number[] => events.map(({ at }) => at - NOW);

test("events are there after a restart, newest first, by rule, state and time", async () => {
  const log = await EventLog.open(path, NOW);
  await log.append([event(NOW), event(NOW + 1, { rule_id: "r2" })]);
  await log.append([event(NOW + 2, { state: "resolved" })]);
  await log.close();
  const again = await EventLog.open(path, NOW);
  const ask = (filter: Parameters<EventLog["page"]>[0]) => times(again.page(filter, 10).events);
  expect(ask({})).toEqual([2, 1, 0]);
  expect(ask({ rule: "r1" })).toEqual([2, 0]);
  expect(ask({ state: "resolved" })).toEqual([2]);
  expect(ask({ from: NOW + 1, to: NOW + 2 })).toEqual([1]);
  await again.append([event(NOW + 3)]);
  expect(again.page({}, 1).events[0]?.seq).toBe(4);
  await again.close();
});

test("pages are stable while events arrive", async () => {
  const log = await EventLog.open(path, NOW);
  await log.append(Array.from({ length: 5 }, (_, index) => event(NOW + index)));
  const first = log.page({}, 2);
  await log.append([event(NOW + 9)]);
  const second = log.page({}, 2, first.next ?? 0);
  const third = log.page({}, 2, second.next ?? 0);
  expect([first, second, third].map(({ events }) => times(events))).toEqual([[4, 3], [2, 1], [0]]);
  expect(third.next).toBeNull();
  await log.close();
});

test("a torn last line is dropped, a damaged one within is skipped, counted and left alone", async () => {
  const log = await EventLog.open(path, NOW);
  await log.append([event(NOW), event(NOW + 1)]);
  await log.close();
  const whole = readFileSync(path, "utf8");
  for (let length = whole.indexOf("\n") + 1; length <= whole.length; length++) {
    writeFileSync(path, whole.slice(0, length));
    const torn = await EventLog.open(path, NOW);
    expect(times(torn.page({}, 10).events)).toEqual(length === whole.length ? [1, 0] : [0]);
    expect(torn.unreadable).toBe(0);
    await torn.append([event(NOW + 5)]);
    await torn.close();
    const after = await EventLog.open(path, NOW);
    expect(times(after.page({}, 10).events)[0]).toBe(5);
    await after.close();
  }
  writeFileSync(path, whole);
  appendFileSync(path, "not json\n");
  const damaged = await EventLog.open(path, NOW);
  expect([damaged.unreadable, times(damaged.page({}, 10).events)]).toEqual([1, [1, 0]]);
  await damaged.close();
  expect(readFileSync(path, "utf8")).toContain("not json");
});

test("the oldest are forgotten beyond ten thousand, in the file too", async () => {
  const log = await EventLog.open(path, NOW);
  for (let batch = 0; batch < 21; batch++) {
    await log.append(Array.from({ length: 1000 }, (_, index) => event(NOW + batch * 1000 + index)));
  }
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(10_001);
  expect(times(log.page({}, 1).events)).toEqual([20_999]);
  await log.close();
});
