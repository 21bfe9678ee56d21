import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { StorageError } from "../src/history/store.ts";
import { Document } from "../src/settings/document.ts";

const schema = z.object({ count: z.int(), names: z.array(z.string()).default([]) });
type Value = z.output<typeof schema>;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "telltale-settings-"));
  path = join(folder, "deep", "settings.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (): Promise<Document<Value>> =>
  Document.open({
    path,
    schema,
    empty: () => ({ count: 0, names: [] }),
    now: () => 1_700_000_000_000,
  });
const onDisk = (): unknown => JSON.parse(readFileSync(path, "utf8"));

test("a change is on disk before it shows, and there after a restart", async () => {
  const document = await open();
  expect([document.existed, document.value]).toEqual([false, { count: 0, names: [] }]);
  const changing = document.update((value) => ({ ...value, count: 1 }));
  expect(document.value.count).toBe(0);
  expect(await changing).toEqual(onDisk());
  expect(document.value.count).toBe(1);
  const again = await open();
  expect([again.existed, again.damage, again.value]).toEqual([true, null, { count: 1, names: [] }]);
});

test("changes made at once follow one another, and one that fails changes nothing", async () => {
  const document = await open();
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      document.update((value) => {
        if (index === 7) throw new RangeError("no");
        return { ...value, count: value.count + 1 };
      }),
    ),
  );
  expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
  expect(document.value.count).toBe(19);
  expect(onDisk()).toEqual(document.value);
});

test.each([
  ["{ torn", /not JSON/],
  ["", /not JSON/],
  ['{"count":"one"}', /count: .*number/],
  ["[]", /object/],
])("a damaged file %j is moved aside, said, and never lost", async (text, reason) => {
  await mkdir(join(folder, "deep"));
  writeFileSync(path, text);
  const document = await open();
  expect(document.value.count).toBe(0);
  expect(document.damage).toMatch(reason);
  const aside = readdirSync(join(folder, "deep"));
  expect(aside).toEqual(["settings.json.damaged-2023-11-14T22-13-20-000Z"]);
  expect(document.damage).toContain(aside[0]);
  expect(readFileSync(join(folder, "deep", aside[0] ?? ""), "utf8")).toBe(text);
  await document.update((value) => ({ ...value, count: 5 }));
  expect((await open()).value.count).toBe(5);
});

test("what a crash left half written beside it is not read", async () => {
  const document = await open();
  await document.update((value) => ({ ...value, count: 3 }));
  writeFileSync(`${path}.new`, '{"count":');
  expect((await open()).value.count).toBe(3);
});

test("a file that can not be written is an error, and the value stays", async () => {
  const document = await open();
  await document.update((value) => ({ ...value, count: 1 }));
  // A folder in the place of the file beside it fails for every user, root included.
  await mkdir(`${path}.new`);
  await chmod(folder, 0o700);
  await expect(document.update((value) => ({ ...value, count: 2 }))).rejects.toThrow(StorageError);
  expect([document.value.count, onDisk()]).toEqual([1, { count: 1, names: [] }]);
});
