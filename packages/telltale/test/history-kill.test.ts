import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as after } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { seededRandom } from "@telltale/testkit/seeded-random";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import { keyOf, keysIn } from "./known-ids.ts";

const script = fileURLToPath(new URL("./history-append-forever.ts", import.meta.url));
const kills = Number(process.env["TELLTALE_KILLS"] ?? 20);
const lanes = 4;
const seed = 20_260_101;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "telltale-kill-"));
});
afterAll(() => rm(directory, { recursive: true }));

function appender(path: string, life: string): ChildProcess {
  const flags = ["--import", "tsx", "--conditions=@telltale/source"];
  return spawn(process.execPath, [...flags, script, path, life], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

interface Told {
  readonly sent: Set<string>;
  readonly stored: Set<string>;
}

/** One life: from its start to a kill `ms` after it began to append. */
async function live(path: string, life: string, ms: number, told: Told): Promise<void> {
  const child = appender(path, life);
  if (child.stdout === null) throw new Error("The child has no standard output");
  const exited = once(child, "exit");
  let killed: Promise<void> | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, ...ids] = line.split(" ");
    if (what === "open") killed = after(ms).then(() => void child.kill("SIGKILL"));
    if (what === "sent") for (const id of ids) told.sent.add(id);
    if (what === "stored") for (const id of ids) told.stored.add(id);
  }
  await killed;
  expect((await exited)[1]).toBe("SIGKILL");
}

async function lane(number: number): Promise<Told & { readonly found: string[] }> {
  const path = join(directory, String(number), "history.duckdb");
  const told: Told = { sent: new Set(), stored: new Set() };
  const dice = seededRandom(seed + number);
  for (let life = 0; life < Math.ceil(kills / lanes); life++) {
    await live(path, `${number}.${life}`, 10 + dice() * 390, told);
  }
  const store = await openDuckdbStore({ path });
  const { totals } = await store.restore({
    windowFrom: Number.MAX_SAFE_INTEGER,
    costsFrom: 0,
    recent: 0,
  });
  const found = await keysIn(store);
  await store.close();
  expect(totals[0]?.requests).toBe(found.length);
  return { ...told, found };
}

test(`[K2] ${kills} kills -9 while appending: nothing acknowledged is lost, nothing is doubled or made up`, {
  timeout: 60_000 + kills * 3_000,
}, async () => {
  const results = await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  for (const { sent, stored, found } of results) {
    const present = new Set(found);
    const possible = new Set([...sent].map(keyOf));
    expect([...stored].filter((id) => !present.has(keyOf(id)))).toEqual([]);
    expect(found.filter((key) => !possible.has(key))).toEqual([]);
    expect(present.size).toBe(found.length);
    expect(stored.size).toBeGreaterThan(0);
  }
});

test("a second process is refused with the data directory and the way out; a killed one leaves no lock", {
  timeout: 60_000,
}, async () => {
  const path = join(directory, "locked", "history.duckdb");
  const child = appender(path, "x");
  if (child.stdout === null) throw new Error("The child has no standard output");
  await once(child.stdout, "data");
  const refused = openDuckdbStore({ path });
  await expect(refused).rejects.toMatchObject({ name: "StorageError" });
  await expect(refused).rejects.toThrow(
    `Another process (${child.pid}) already uses the data directory ${join(directory, "locked")}. Stop it, or start this one with another --data-dir.`,
  );
  child.kill("SIGKILL");
  await once(child, "exit");
  const store = await openDuckdbStore({ path });
  await store.close();
});
