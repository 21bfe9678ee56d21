import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import type { StoredJoin } from "../src/history/store.ts";
import { keyOf, keysIn } from "./known-ids.ts";
import { request } from "./make.ts";

const at = 1_795_417_200_000;
const restoring = { windowFrom: 0, costsFrom: 0, recent: 10 };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-amend-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("[D24] what more is known of a stored request, and of whom, is found after a restart", async () => {
  const before = request({ id: "a", traceId: "0af7651916cd43dd8448eb211c80319c", usage: null });
  const other = request({ id: "b", responseId: "chatcmpl-1", usage: null, cost: null });
  const after = {
    ...before,
    usage: { input: 1, cacheRead: 2, cacheWrite: 3, output: 4, reasoning: 1 },
    cost: 0.5,
    userId: "ada",
    attributes: { feature: "search" },
  };
  const joined: StoredJoin = {
    id: "otlp-1",
    source: "otlp",
    traceId: before.traceId,
    responseId: null,
    account: "a",
    inside: "00f067aa0ba902b7",
    encloses: true,
    storedAt: at + 1,
  };
  const path = join(folder, "history.duckdb");
  let store = await openDuckdbStore({ path });
  await store.append([before, other], at);
  await store.append([], at + 1, [{ before, after }], [joined]);
  await store.close();

  store = await openDuckdbStore({ path });
  expect([await store.request("a"), await store.request("b")]).toEqual([after, other]);
  const restored = await store.restore(restoring);
  const { accounts, joins } = await store.remembered(at - 1);
  expect(joins).toEqual([joined]);
  expect(await keysIn(store)).toEqual(["a", "b", "otlp-1"].map(keyOf));
  expect([...accounts]).toMatchObject([
    { id: "a", source: "native", traceId: before.traceId, responseId: null, storedAt: at },
    { id: "b", traceId: null, responseId: "chatcmpl-1" },
  ]);
  expect(restored.totals).toMatchObject([
    {
      requests: 2,
      promptTokens: 6,
      completionTokens: 4,
      unknownUsage: 1,
      unknownCost: 1,
      cost: 0.5,
    },
  ]);
  await store.close();
});

test("a batch whose amendment can not be written changes nothing", async () => {
  const store = await openDuckdbStore({ path: join(folder, "history.duckdb") });
  const before = request({ id: "a" });
  await store.append([before], at);
  const amendment = { before, after: { ...before, statusCode: 1e300 } };
  await expect(store.append([request({ id: "b" })], at, [amendment])).rejects.toThrow();
  expect([await store.request("a"), await store.request("b")]).toEqual([before, null]);
  await store.close();
});
