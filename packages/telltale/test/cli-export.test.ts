import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ExportFlags, runExport } from "../src/cli/export.ts";
import { runImport } from "../src/cli/import.ts";
import { configSchema } from "../src/config.ts";
import { type Server, startServer } from "../src/server.ts";

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-cli-export-"));
  server = await startServer({
    config: configSchema.parse({ port: 0, dataDir: join(folder, "data"), tickMs: 1000 }),
    logger: pino({ level: "silent" }),
  });
}, 60_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** Something to write to, with what was written. */
function output(isTTY: boolean) {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return Object.assign(stream, { isTTY, text: () => text });
}

/** Runs with a clock on which every look at it is a second later. */
function surroundings(isTTY = true) {
  let clock = 0;
  const now = (): number => {
    clock += 1000;
    return clock;
  };
  const [out, notes] = [output(false), output(isTTY)];
  return { out, notes, env: {}, now, signal: new AbortController().signal };
}

async function exporting(words: readonly string[], flags: ExportFlags = {}) {
  const around = surroundings();
  await runExport(words, { url: server.url, ...flags }, around);
  return { text: around.out.text(), notes: around.notes.text() };
}

test("what a file holds is imported with progress, exported again, and asked for by a query", async () => {
  const file = join(folder, "requests.csv.gz");
  const rows = Array.from(
    { length: 500 },
    (_, i) => `c${i},${Date.UTC(2026, 0, 1) + i},${i % 2 ? "a" : "b"},"two\nlines ${i}"`,
  );
  await writeFile(file, gzipSync(`id,created,model,user_id\n${rows.join("\n")}\n`));
  const first = surroundings();
  expect(await runImport(file, { url: server.url }, first)).toBe(0);
  expect(first.notes.text()).toMatch(/\(100%\) bytes/);
  expect(first.notes.text()).toMatch(
    /Imported 500 requests; 0 were there already, 0 were refused\n$/,
  );

  const out = join(folder, "out.ndjson");
  const saved = await exporting(["model:a"], { output: out, columns: "id,model" });
  expect(saved.notes).toMatch(/250 of 250 \(100%\) requests/);
  expect(saved.notes).toMatch(/Exported 250 requests to .*out\.ndjson\n$/);
  const lines = (await readFile(out, "utf8")).trim().split("\n");
  expect(lines).toHaveLength(250);
  expect(JSON.parse(lines[0] ?? "")).toEqual({ id: "c1", model: "a" });

  const csv = await exporting(["id:c1*", "-model:b"], { columns: "id,user_id" });
  expect(csv.text.split("\r\n")[1]).toBe('c1,"two\nlines 1"');
  expect(csv.notes).toMatch(/56 of 56 \(100%\)/);
  expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("rows that are refused are named, and the exit code says so", async () => {
  const file = join(folder, "wrong.ndjson");
  await writeFile(file, '{"id":"w1","model":"m","created":1767225600000}\n{"id":"w2"}\n');
  const around = surroundings(false);
  expect(await runImport(file, { url: server.url }, around)).toBe(1);
  expect(around.notes.text()).toBe(
    "telltale: line 2: model: is required\nImported 1 requests; 0 were there already, 1 were refused\n",
  );
});

describe("wrong usage is said before anything is sent", () => {
  test.each([
    [["stauts:error"], {}, "did you mean status?"],
    [[], { format: "xml" }, "--format xml: expected csv, json, ndjson, parquet"],
    [[], { url: "ftp://h" }, "expected an address"],
    [[], { from: "yesterday" }, "from: expected Unix time"],
    [[], { columns: "modle" }, "columns: expected some of id, created"],
  ])("%j %j", async (words, flags, says) => {
    await expect(exporting(words, flags)).rejects.toThrow(says);
  });

  test("of an import", async () => {
    const around = surroundings();
    await expect(runImport(join(folder, "none.csv"), {}, around)).rejects.toThrow(
      "There is no file",
    );
    const file = join(folder, "x.xls");
    await writeFile(file, "");
    await expect(runImport(file, {}, around)).rejects.toThrow("does not tell what it is");
  });
});

test("a server that is not there is named, and no half file left", async () => {
  const out = join(folder, "none.csv");
  await expect(exporting([], { url: "http://127.0.0.1:1", output: out })).rejects.toThrow(
    "cannot reach http://127.0.0.1:1",
  );
  expect(await readdir(folder)).not.toContain("none.csv");
});
