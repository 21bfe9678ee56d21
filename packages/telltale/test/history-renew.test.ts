import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requestEvent } from "@telltale/testkit/request-event";
import { expect, test } from "vitest";
import { Database } from "../src/history/duckdb/database.ts";
import { Keeper } from "../src/history/duckdb/keeper.ts";
import { pack } from "../src/history/duckdb/packed.ts";
import { Writer } from "../src/history/duckdb/writer.ts";
import { Queue } from "../src/queue.ts";

const now = Date.UTC(2026, 0, 1);
const none = pack([]);

test("after so many rows the file is opened anew, once all that use it are done, and has every row", async () => {
  const directory = await mkdtemp(join(tmpdir(), "telltale-renew-"));
  const options = {
    path: join(directory, "history.duckdb"),
    memoryLimit: "512MB",
    threads: 2,
    checkpointBytes: 1e9,
    compactBytes: 1e9,
    renewRows: 100,
    nearRows: 1000,
    damagedLog: "refuse",
  } as const;
  const database = await Database.open(options);
  const writer = await Writer.create(database, options);
  const [writes, lookups, reads] = [new Queue(), new Queue(), new Queue()];
  const keeper = new Keeper(database, writer, options, writes, [lookups, reads]);
  const current = () => database.use(async ({ reader }) => reader);
  const rows = async (): Promise<unknown> => {
    const found = (await current()).runAndReadAll("SELECT count(*)::INTEGER FROM requests");
    return (await found).getRows()[0]?.[0];
  };
  const append = (name: string): Promise<void> => {
    const events = Array.from({ length: 60 }, (_, i) => requestEvent({ id: `${name}-${i}` }));
    const finished = pack(events);
    return writes.run(() =>
      writer.append({ finished, running: none, amended: none, joined: [], storedAt: now }),
    );
  };
  const first = await current();
  await append("a");
  await keeper.renew();
  expect(await current()).toBe(first);
  await append("b");
  const using = reads.run(() => rows());
  const renewed = keeper.renew();
  const meanwhile = append("c");
  expect(await using).toBe(120);
  await renewed;
  await meanwhile;
  const second = await current();
  expect(second).not.toBe(first);
  expect(await rows()).toBe(180);
  await keeper.renew();
  expect(await current()).toBe(second);
  await append("d");
  await keeper.renew();
  expect(await current()).not.toBe(second);
  expect(await rows()).toBe(240);
  await database.close();
  await rm(directory, { recursive: true });
});
