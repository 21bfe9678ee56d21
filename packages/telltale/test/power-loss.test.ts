import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { seededRandom } from "@telltale/testkit/seeded-random";
import { expect, test } from "vitest";
import { Database } from "../src/history/duckdb/database.ts";
import { select } from "../src/history/duckdb/select.ts";
import { type Files, RecordedDisk } from "./recorded-disk.ts";
import { type Step, stepsOf, tracedCalls } from "./recorded-steps.ts";

const script = fileURLToPath(new URL("./history-append-forever.ts", import.meta.url));
/** More of both: `npm run soak -- R2`. */
const cuts = Number(process.env["TELLTALE_POWER_CUTS"] ?? 30);
const batches = Number(process.env["TELLTALE_RECORDED_BATCHES"] ?? 80);
const recordings = Number(process.env["TELLTALE_RECORDINGS"] ?? 1);

const tracer = ["strace", "-f", "-y", "-xx", "-s", "20000000", "-e", `trace=${tracedCalls}`];

/** Why nothing can be recorded here; null when it can. */
function obstacle(): string | null {
  const { status, error } = spawnSync("strace", ["-f", "-e", "trace=none", process.execPath, "-v"]);
  if (error !== undefined) return "recording a disk needs strace";
  return status === 0 ? null : "strace may not trace here";
}

/** Everything a process that appends does to its files. */
async function record(directory: string): Promise<Step[]> {
  const trace = join(directory, "trace");
  const data = join(directory, "data");
  const [command = "", ...flags] = tracer;
  const child = spawn(
    command,
    [
      ...flags,
      "-o",
      trace,
      process.execPath,
      "--import",
      "tsx",
      "--conditions=@telltale/source",
    ].concat([script, join(data, "history.duckdb"), "0", String(batches)]),
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  child.stdout.resume();
  expect((await once(child, "exit"))[0]).toBe(0);
  const steps = stepsOf(await readFile(trace, "latin1"), data);
  await rm(trace);
  return steps;
}

function taken(steps: readonly Step[]): RecordedDisk {
  const disk = new RecordedDisk();
  for (const step of steps) disk.take(step);
  return disk;
}

async function put(files: Files, directory: string): Promise<void> {
  await mkdir(directory);
  for (const [name, content] of files) await writeFile(join(directory, basename(name)), content);
}

const idsIn = (steps: readonly Step[], word: string): string[] =>
  steps.flatMap((step) =>
    step.kind === "say"
      ? step.text
          .split("\n")
          .filter((line) => line.startsWith(word))
          .flatMap((line) => line.split(" ").slice(1))
      : [],
  );

interface Found {
  readonly ids: readonly string[];
  /** Those of them that are not to be forgotten, as the sums count them or are still to. */
  readonly counted: number;
}

async function read(path: string): Promise<Found> {
  const database = await Database.open({
    path,
    memoryLimit: "256MB",
    threads: 1,
    checkpointBytes: 1e9,
    compactBytes: 1e9,
    renewRows: Number.POSITIVE_INFINITY,
    nearRows: 1000,
    damagedLog: "refuse",
  });
  try {
    return await database.use(async ({ reader }) => {
      const ids = (await select(reader, "SELECT id FROM requests", {})).texts("id");
      const sums = await select(
        reader,
        `SELECT (SELECT coalesce(sum(requests), 0) FROM rollup_minute WHERE start > 0)
           + (SELECT count(*) FROM requests WHERE stored_at > 1
              AND seq > (SELECT seq FROM rolled WHERE level = 'minute')) AS counted`,
        {},
      );
      return { ids, counted: Number(sums.cell("counted", 0)) };
    });
  } finally {
    await database.close();
  }
}

/** Before which steps the power is cut, half of the time while more than the log is written to. */
function moments(steps: readonly Step[], count: number, random: () => number): number[] {
  const began = steps.findIndex((step) => step.kind === "say" && step.text.startsWith("stored"));
  const all = steps.map((_, at) => at + 1).slice(began);
  const busy = all.filter((at) => {
    const step = steps[at - 1];
    return (
      step?.kind !== "say" && step?.kind !== "sync" && !(step?.kind === "write" && step.at === null)
    );
  });
  const oneOf = (some: readonly number[]): number => some[Math.floor(random() * some.length)] ?? 0;
  return Array.from({ length: count }, (_, i) => oneOf(i % 2 === 0 ? all : busy)).sort(
    (a, b) => a - b,
  );
}

test(`[H5] ${cuts} power cuts with torn writes: nothing acknowledged is lost, nothing made up, sums are right`, {
  timeout: 120_000 + (recordings * batches + cuts) * 1000,
}, async ({ skip }) => {
  const reason = obstacle();
  if (reason !== null) skip(reason);
  const random = seededRandom(20_261_123);
  for (let recording = 0; recording < recordings; recording++) {
    const directory = await mkdtemp(join(tmpdir(), "telltale-power-"));
    try {
      const steps = await record(directory);
      expect(steps.some(({ kind }) => kind === "rename")).toBe(true);
      // Else what is said below of power cuts would be said of a recorder with holes.
      const whole = taken(steps).files;
      const data = join(directory, "data");
      expect([...whole.keys()].map((name) => basename(name))).toEqual(await readdir(data));
      for (const [name, content] of whole) expect(content.equals(await readFile(name))).toBe(true);

      const sent = new Set(idsIn(steps, "sent"));
      const disk = new RecordedDisk();
      let at = 0;
      let acknowledged = 0;
      const share = Math.ceil(cuts / recordings);
      for (const moment of moments(steps, share, random)) {
        for (const step of steps.slice(at, moment)) disk.take(step);
        at = moment;
        const place = join(directory, "cut");
        await put(disk.cut(random), place);
        const { ids, counted } = await read(join(place, "history.duckdb"));
        const after = `after ${moment} of ${steps.length} steps`;
        const present = new Set(ids);
        const stored = idsIn(steps.slice(0, moment), "stored");
        expect(
          stored.filter((id) => !present.has(id)),
          after,
        ).toEqual([]);
        expect(
          ids.filter((id) => !sent.has(id)),
          after,
        ).toEqual([]);
        expect(present.size, after).toBe(ids.length);
        expect(counted, after).toBe(ids.filter((id) => !id.startsWith("gone-")).length);
        acknowledged += stored.length;
        await rm(place, { recursive: true });
      }
      expect(acknowledged).toBeGreaterThan(share);
    } finally {
      await rm(directory, { recursive: true });
    }
  }
});
