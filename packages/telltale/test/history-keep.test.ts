import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requestEvent } from "@telltale/testkit/request-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RequestEvent } from "../src/event.ts";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import { retainOptions } from "../src/history/retention.ts";
import type { HistoryStore } from "../src/history/store.ts";

const created = Date.UTC(2026, 0, 1);
const MB = 1024 * 1024;
const forever = { storedBefore: null, rolledBefore: null, runningBefore: null, maxBytes: null };
const all = { windowFrom: 0, costsFrom: 0, recent: 5 };

let directory: string;
let path: string;
let store: HistoryStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "telltale-keep-"));
  path = join(directory, "history.duckdb");
  store = await openDuckdbStore({ path, compactBytes: MB });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

/** Requests with texts that do not compress. */
function batch(name: string, count = 5000): ReturnType<typeof requestEvent>[] {
  return Array.from({ length: count }, (_, i) =>
    requestEvent({
      id: `${name}-${i}`,
      created: created + i,
      userId: crypto.randomUUID(),
      attributes: { a: crypto.randomUUID(), b: crypto.randomUUID() },
    }),
  );
}

async function stored(from: HistoryStore): Promise<number> {
  const { totals } = await from.restore(all);
  return totals.reduce((sum, { requests }) => sum + requests, 0);
}

test.each([
  ["of now and then", false],
  ["after each append, which leave much of the file free", true],
])(
  "[H3] beyond the size limit the oldest requests go, and the file shrinks, with checkpoints %s",
  async (_, often) => {
    for (let i = 0; i < 8; i++) {
      await store.append(batch(`b${i}`), created + i);
      if (often) await store.retain(forever);
    }
    const full = (await store.retain(forever)).bytes;
    const kept = await store.retain({ ...forever, maxBytes: full / 4 });
    expect(kept.requests).toBeGreaterThan(0);
    expect(kept.bytes).toBeLessThan((3 * full) / 4);
    expect((await stat(path)).size).toBe(kept.bytes);
    expect(await store.request("b0-0")).toBeNull();
    expect(await store.request("b7-4999")).not.toBeNull();
    expect(await store.count({})).toBe(40_000 - kept.requests);
    expect(await stored(store)).toBe(40_000);
  },
  60_000,
);

test("[H10] what is kept is told as it is: amended, forgotten, cut to its limit", async () => {
  expect(await store.kept()).toMatchObject({ requests: 0, oldestStoredAt: null });
  for (let i = 0; i < 8; i++) await store.append(batch(`b${i}`), created + i);
  const [before] = batch("b0", 1);
  if (before === undefined) throw new Error("nothing was stored");
  const amendment = { before, after: { ...before, model: "another" } };
  await store.append([requestEvent({ id: "runs", status: "in_progress" })], created + 8, [
    amendment,
  ]);
  expect(await store.kept()).toMatchObject({ requests: 40_000, oldestStoredAt: created });
  await store.retain({ ...forever, storedBefore: created + 2 });
  const old = await store.kept();
  expect(old).toMatchObject({ requests: 30_000, oldestStoredAt: created + 2 });
  const { requests } = await store.retain({ ...forever, maxBytes: old.bytes / 2 });
  const cut = await store.kept();
  expect(cut.requests).toBe(30_000 - requests);
  expect(cut.oldestStoredAt).toBeGreaterThan(created + 3);
  expect(cut.bytes).toBeLessThan(old.bytes);
}, 60_000);

test("[H3] nothing that is appended while the file is written anew is lost", async () => {
  for (let i = 0; i < 8; i++) await store.append(batch(`old${i}`), created);
  await store.append([requestEvent({ id: "runs", status: "in_progress" })], created + 1);
  let appended = 0;
  let over = false;
  const appending = (async (): Promise<void> => {
    while (!over) await store.append(batch(`new${appended++}`, 10), created + 2);
  })();
  const { requests, bytes } = await store.retain({ ...forever, storedBefore: created + 1 });
  over = true;
  await appending;
  expect(requests).toBe(40_000);
  expect(bytes).toBeLessThan(8 * MB);
  for (const open of [false, true]) {
    if (open) {
      await store.close();
      store = await openDuckdbStore({ path });
    }
    expect(await store.count({})).toBe(10 * appended + 1);
    expect(await stored(store)).toBe(40_000 + 10 * appended);
    expect((await store.request("runs"))?.status).toBe("in_progress");
  }
}, 60_000);

test("[H4] a backup made under load is whole, and a server can go on from it", async () => {
  const acknowledged: RequestEvent[] = [];
  let over = false;
  const appending = (async (): Promise<void> => {
    for (let i = 0; !over; i++) {
      const events = batch(`b${i}`, 20);
      await store.append(events, created);
      acknowledged.push(...events);
    }
  })();
  while (acknowledged.length < 200) await new Promise((resolve) => setImmediate(resolve));
  const before = [...acknowledged];
  const file = join(directory, "copy", "history.duckdb");
  await store.backup(file);
  over = true;
  await appending;
  await expect(store.backup(file)).rejects.toThrow(/exists already/);

  const copy = await openDuckdbStore({ path: file });
  try {
    expect(await copy.request(before.at(-1)?.id ?? "")).toEqual(before.at(-1));
    const kept = await copy.count({});
    expect(kept).toBeGreaterThanOrEqual(before.length);
    // Whole batches only.
    expect(kept % 20).toBe(0);
    expect(await stored(copy)).toBe(kept);
    await copy.append([requestEvent({ id: "after" })], created);
    expect(await copy.count({})).toBe(kept + 1);
    expect(await store.request("after")).toBeNull();
  } finally {
    await copy.close();
  }
}, 60_000);

test("zero days and zero bytes mean for ever", () => {
  expect(retainOptions({ days: 0, sumDays: 0, bytes: 0 }, created)).toEqual({
    ...forever,
    runningBefore: created - 86_400_000,
  });
  expect(retainOptions({ days: 2, sumDays: 3, bytes: 4 }, created)).toMatchObject({
    storedBefore: created - 2 * 86_400_000,
    rolledBefore: created - 3 * 86_400_000,
    maxBytes: 4,
  });
});

/** Where the entries of a log begin: a length and a checksum of 64 bits each, then the content. */
function entriesOf(log: Buffer): number[] {
  for (let first = 0; first < 256; first++) {
    const places: number[] = [];
    let at = first;
    while (at + 16 <= log.length) {
      places.push(at);
      at += 16 + Number(log.readBigUInt64LE(at));
    }
    if (at === log.length) return places;
  }
  return [];
}

test("[H6] a damaged log is refused with the way out, and cut off only when asked", async () => {
  for (let i = 0; i < 20; i++) await store.append(batch(`b${i}`, 10), created);
  const [database, log] = [await readFile(path), await readFile(`${path}.wal`)];
  const damaged = join(directory, "damaged", "history.duckdb");
  await mkdir(join(directory, "damaged"));
  const entries = entriesOf(log);
  const row = (share: number): number => log.indexOf("/v1/chat", Math.floor(log.length * share));
  // A damaged length makes the rest of the log look like its torn end.
  const length = (share: number): number => 2 + (entries[Math.floor(entries.length * share)] ?? 0);
  const places = [
    [0.2, row(0.2)],
    [0.5, length(0.5)],
    [0.9, length(0.9) + 4],
  ] as const;
  for (const [share, at] of places) {
    const flipped = Buffer.from(log);
    flipped[at] = (flipped[at] ?? 0) ^ 4;
    await writeFile(damaged, database);
    await writeFile(`${damaged}.wal`, flipped);
    const refused = openDuckdbStore({ path: damaged });
    await expect(refused).rejects.toThrow(/is damaged from byte \d+ on.*--damaged-log cut/);
    expect(await readFile(`${damaged}.wal`)).toEqual(flipped);

    const cut = await openDuckdbStore({ path: damaged, damagedLog: "cut" });
    const kept = await cut.count({});
    expect(kept % 10).toBe(0);
    expect(kept).toBeGreaterThanOrEqual(Math.floor(20 * share - 3) * 10);
    expect(kept).toBeLessThan(200);
    expect(await stored(cut)).toBe(kept);
    await cut.close();
    const copies = (await readdir(join(directory, "damaged"))).filter((name) =>
      /damaged-/.test(name),
    );
    expect(copies).toHaveLength(1);
    expect(await readFile(join(directory, "damaged", copies[0] ?? ""))).toEqual(flipped);
    for (const name of copies) await rm(join(directory, "damaged", name));
  }
}, 60_000);
