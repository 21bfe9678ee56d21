import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HASH_WORDS, hashIds } from "../src/id-hash.ts";
import { IdFolder } from "../src/ids/folder.ts";
import { findInFile, lastingIn, openIdFile, writeIdFile } from "../src/ids/id-file.ts";
import type { Leaving } from "../src/ids/port.ts";
import { keysOf, knownIds } from "./known-ids.ts";

const noon = 1_795_417_200_000;
const pause = () => Promise.resolve();

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-ids-"));
  path = join(folder, "ids");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Ids that were stored from `from` to `to`. */
function leaving(
  ids: readonly string[],
  lasting: readonly string[],
  from = noon,
  to = noon,
): Leaving {
  const hashes = hashIds(ids);
  const last = hashIds([ids.at(-1) ?? ""]);
  return {
    ...{ from, to, placed: ids.length, lasting: lasting.length },
    last: { hash: last, storedAt: to },
    *parts() {
      const half = Math.floor(ids.length / 2) * HASH_WORDS;
      const listed = knownIds(lasting.map((id) => ({ id, storedAt: noon })));
      yield { placed: hashes.subarray(0, half), lasting: knownIds([]) };
      yield { placed: hashes.subarray(half), lasting: listed };
    },
  };
}

const asking = (id: string, from = noon, to = noon) => ({ hash: hashIds([id]), from, to });
const names = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);

function opened(lost: (from: number, to: number) => void = () => undefined) {
  const warnings: string[] = [];
  const ids = new IdFolder({
    path,
    pause,
    warn: (error, what) => warnings.push(`${what}: ${String(error)}`),
    lost: async ({ from, to }) => lost(from, to),
  });
  return { ids, warnings };
}

test("a file has the ids that were written, and no others, found one by one and all at once", async () => {
  const file = join(folder, "1.ids");
  const ids = names(20_000, "placed-");
  await writeIdFile(file, leaving(ids, names(1000, "lasting-")), { run: "1", pause });
  const read = await openIdFile(file);
  const asked = [...ids, ...names(20_000, "other-")].map((id) => asking(id));
  expect(new Set(await findInFile(read, asked))).toEqual(new Set(asked.slice(0, 20_000)));
  expect(await findInFile(read, [asking("placed-7")])).toHaveLength(1);
  expect(await findInFile(read, [asking("lasting-7")])).toEqual([]);
  expect(keysOf(await lastingIn(read)).sort()).toEqual(
    keysOf([knownIds(names(1000, "lasting-").map((id) => ({ id, storedAt: noon })))]).sort(),
  );
});

test("ids whose page is full are in the next", async () => {
  const file = join(folder, "1.ids");
  // All of one place, in a table of two pages.
  const hashes = Uint32Array.from({ length: 400 * HASH_WORDS }, (_, i) =>
    i % HASH_WORDS === 0 ? 2 ** 32 - 1 : i,
  );
  const hash = (i: number) => hashes.slice(i * HASH_WORDS, (i + 1) * HASH_WORDS);
  await writeIdFile(
    file,
    {
      ...leaving(["a"], []),
      placed: 400,
      parts: () => [{ placed: hashes, lasting: knownIds([]) }],
    },
    { run: "1", pause },
  );
  const asked = Array.from({ length: 400 }, (_, i) => ({ hash: hash(i), from: noon, to: noon }));
  expect(await findInFile(await openIdFile(file), asked)).toHaveLength(400);
});

test("a file that is torn, or that any bit is flipped in, is not believed", async () => {
  const file = join(folder, "1.ids");
  const ids = names(300, "id-");
  await writeIdFile(file, leaving(ids, ["lasting"]), { run: "1", pause });
  const bytes = await readFile(file);
  const use = async () => {
    const read = await openIdFile(file);
    await lastingIn(read);
    return findInFile(
      read,
      ids.map((id) => asking(id)),
    );
  };
  expect(await use()).toHaveLength(300);
  for (let at = 3; at < bytes.length; at += 97) {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    await writeFile(file, flipped);
    await expect(use(), `byte ${at}`).rejects.toThrow("damaged");
  }
  for (const length of [0, 1000, 4096, bytes.length - 1]) {
    await writeFile(file, bytes);
    await truncate(file, length);
    await expect(use(), `${length} bytes`).rejects.toThrow("its end is missing");
  }
});

test("only files of the time that is asked for are read", async () => {
  const { ids, warnings } = opened();
  await ids.put(leaving(["a"], [], noon, noon + 10));
  await ids.put(leaving(["b"], [], noon + 10, noon + 20));
  await writeFile(join(path, "1.ids"), "");
  const b = asking("b", noon + 15, noon + 30);
  expect(await ids.find([b, asking("c", noon + 11, noon + 11)])).toEqual(new Set([b]));
  expect(warnings).toEqual([]);
});

test("a file that can not be read any more is recalled otherwise, once", async () => {
  const lost: number[][] = [];
  const { ids, warnings } = opened((from, to) => lost.push([from, to]));
  await ids.put(leaving(["a"], [], noon, noon + 10));
  await writeFile(join(path, "1.ids"), "");
  for (let i = 0; i < 2; i++) expect(await ids.find([asking("a")])).toEqual(new Set());
  expect(lost).toEqual([[noon, noon + 10]]);
  expect(warnings).toHaveLength(1);
  expect(await readdir(path)).toEqual([]);
});

test("what no file has is unknown: before the first, between two runs, where one is missing, after the last", async () => {
  const day = 86_400_000;
  const put = async (runs: number, each: number) => {
    for (let run = 0; run < runs; run++) {
      const { ids } = opened();
      await ids.open(noon);
      for (let i = 0; i < each; i++) {
        const from = noon + run * 1_000_000 + i * 100_000;
        await ids.put(leaving([`${run}.${i}`], [], from, from + 100_000));
      }
    }
  };
  await put(2, 3);
  const { ids, warnings } = opened();
  await ids.open(noon);
  const begin = noon - day;
  const until = noon + 1_300_000;
  const known = () => ids.unknown(begin).map(({ from, to }) => [from - begin, to - begin]);
  const slack = 10_000;
  const at = (time: number) => time + day;
  expect(known()).toEqual([
    [0, at(slack)],
    [at(300_000 - slack), at(1_000_000 + slack)],
    [until - begin - slack, Number.POSITIVE_INFINITY],
  ]);
  expect(ids.until).toBe(until);
  await rm(join(path, "2.ids"));
  await truncate(join(path, "5.ids"), 5000);
  await ids.open(noon);
  expect(known()).toEqual([
    [0, at(slack)],
    [at(100_000 - slack), at(200_000 + slack)],
    [at(300_000 - slack), at(1_000_000 + slack)],
    [at(1_100_000 - slack), at(1_200_000 + slack)],
    [until - begin - slack, Number.POSITIVE_INFINITY],
  ]);
  expect(warnings).toEqual([expect.stringContaining("5.ids can not be read")]);
});

test("files of another history are told by the id that was stored last", async () => {
  const { ids } = opened();
  await ids.put(leaving(["a", "b"], []));
  expect(ids.isOf([knownIds([{ id: "b", storedAt: noon }])])).toBe(true);
  expect(ids.isOf([knownIds([{ id: "b", storedAt: noon + 1 }])])).toBe(false);
  expect(ids.isOf([knownIds([{ id: "a", storedAt: noon }])])).toBe(false);
  await ids.clear();
  expect(await readdir(path)).toEqual([]);
  expect(ids.isOf([])).toBe(true);
});

test("where nothing can be written ids stay with whoever has them, and it is said once", async () => {
  await writeFile(path, "no folder");
  const { ids, warnings } = opened();
  expect([await ids.put(leaving(["a"], [])), await ids.put(leaving(["a"], []))]).toEqual([
    false,
    false,
  ]);
  expect(warnings).toEqual([expect.stringContaining("they stay in memory")]);
  await rm(path);
  expect(await ids.put(leaving(["a"], []))).toBe(true);
  expect(await readdir(path)).toEqual(["1.ids"]);
});

test("what is too old is deleted, while it runs and at the start", async () => {
  const { ids } = opened();
  await ids.put(leaving(["a"], [], noon, noon + 10));
  await ids.put(leaving(["b"], [], noon + 10, noon + 20));
  await ids.put(leaving(["c"], [], noon + 20, noon + 30));
  await ids.forget(noon + 11);
  expect(await readdir(path)).toEqual(["2.ids", "3.ids"]);
  await opened().ids.open(noon + 25);
  expect(await readdir(path)).toEqual(["3.ids"]);
});
