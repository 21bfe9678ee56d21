import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allPages, many, start } from "@telltale/testkit/history-fixtures";
import { expect, test } from "vitest";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import type { HistoryStore } from "../src/history/store.ts";

const idOf = (i: number): string => `req_${String(i).padStart(6, "0")}`;

/** Stretches of `size` requests, in which those of `ada` are at the places that `adaIn` names. */
async function withStretches(
  { stretches, size, nearRows }: { stretches: number; size: number; nearRows: number },
  adaIn: (stretch: number) => readonly number[],
  work: (store: HistoryStore, own: readonly number[]) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "telltale-once-"));
  const store = await openDuckdbStore({ path: join(directory, "history.duckdb"), nearRows });
  const own: number[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = stretch * size;
    const places = adaIn(stretch).map((place) => from + place);
    own.push(...places);
    const rows = many(size, (i) => ({
      id: idOf(from + i),
      created: start + from + i,
      userId: places.includes(from + i) ? "ada" : "bob",
    }));
    await store.append(rows, start + from + size);
    await store.rollUp();
  }
  await work(store, own);
  await store.close();
  await rm(directory, { recursive: true });
}

test("[H8] what is found at places and in ranges between them is found once", async () => {
  const layout = { stretches: 136, size: 20, nearRows: 0 };
  const adaIn = (stretch: number) => (stretch % 2 === 0 ? [5, 8, 11] : [10]);
  await withStretches(layout, adaIn, async (store, own) => {
    expect(await store.count({ userId: "ada" })).toBe(own.length);
    expect(await allPages(store, { userId: "ada" }, 1000)).toEqual(own.map(idOf).reverse());
  });
}, 120_000);

test("[H8] what lies between ranges and was looked at before is found once", async () => {
  const layout = { stretches: 416, size: 30, nearRows: 60 };
  const adaIn = (stretch: number) => (stretch % (stretch < 396 ? 6 : 2) === 0 ? [5, 15, 25] : []);
  await withStretches(layout, adaIn, async (store, own) => {
    const middle = 406 * 30 - 3;
    for (const limit of [5, 30, 200, 1000]) {
      const ids = async (order: "newest" | "oldest"): Promise<string[]> => {
        const side = order === "newest" ? { to: start + middle } : { from: start + middle };
        const page = await store.requests({ userId: "ada", ...side }, limit, undefined, order);
        return page.requests.map(({ id }) => id);
      };
      const [older, newer] = [own.filter((i) => i < middle), own.filter((i) => i >= middle)];
      expect(await ids("newest")).toEqual(older.reverse().slice(0, limit).map(idOf));
      expect(await ids("oldest")).toEqual(newer.slice(0, limit).map(idOf));
    }
  });
}, 240_000);
