import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { seededRandom } from "@telltale/testkit/seeded-random";
import { expect, test } from "vitest";
import { Database } from "../src/history/duckdb/database.ts";
import { select } from "../src/history/duckdb/select.ts";
import { afterPowerCut, type Step, stepsOf } from "./recorded-disk.ts";

const script = fileURLToPath(new URL("./history-append-forever.ts", import.meta.url));
/** Set by `npm run soak -- R2`; a recording takes a tracer, time and a quiet machine. */
const asked = process.env["TELLTALE_POWER_CUTS"];
const cuts = Number(asked ?? 40);
const seconds = Number(process.env["TELLTALE_RECORDED_SECONDS"] ?? 4);
const calls =
  "openat,write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2,close,fallocate,lseek";
const traceable = spawnSync("strace", ["-V"]).status === 0;

/** Everything a process that appends for some seconds does to its files. */
async function record(directory: string): Promise<Step[]> {
  const trace = join(directory, "trace");
  const child = spawn(
    "strace",
    ["-f", "-xx", "-s", "20000000", "-e", `trace=${calls}`, "-o", trace, process.execPath]
      .concat(["--import", "tsx", "--conditions=@telltale/source", script])
      .concat([join(directory, "data", "history.duckdb"), "0"]),
    { stdio: ["ignore", "pipe", "ignore"], detached: true },
  );
  const exited = once(child, "exit");
  await once(child.stdout, "data");
  child.stdout.resume();
  await after(seconds * 1000);
  // The group: a tracer that is killed alone would leave what it traces running.
  if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  await exited;
  return stepsOf(await readFile(trace, "latin1"), join(directory, "data"));
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

test.skipIf(!traceable || asked === undefined)(
  `[H5] ${cuts} power cuts with torn writes: nothing acknowledged is lost, nothing made up, sums are right`,
  { timeout: 120_000 + (seconds + cuts) * 5000 },
  async () => {
    const directory = await mkdtemp(join(tmpdir(), "telltale-power-"));
    try {
      const steps = await record(directory);
      const began = steps.findIndex(
        (step) => step.kind === "say" && step.text.startsWith("stored"),
      );
      expect(began).toBeGreaterThan(0);
      const random = seededRandom(20_261_123);
      let atLeast = 0;
      for (let cut = 0; cut < cuts; cut++) {
        const count = began + 1 + Math.floor(random() * (steps.length - began));
        const place = join(directory, `cut${cut}`);
        await mkdir(place);
        for (const [name, content] of afterPowerCut(steps, count, random)) {
          await writeFile(join(place, basename(name)), content);
        }
        const path = join(place, "history.duckdb");
        const database = await Database.open({
          path,
          memoryLimit: "256MB",
          threads: 1,
          checkpointBytes: 1e9,
          compactBytes: 1e9,
          nearRows: 1000,
          damagedLog: "refuse" as const,
        });
        const found = await database.use(async ({ reader }) => {
          const rows = await select(reader, "SELECT id FROM requests", {});
          const sums = await select(
            reader,
            `SELECT (SELECT coalesce(sum(requests), 0) FROM rollup_minute)
               + (SELECT count(*) FROM requests WHERE seq > (SELECT seq FROM rolled WHERE level = 'minute')) AS counted`,
            {},
          );
          expect(Number(sums.cell("counted", 0)), `sums after ${count} steps`).toBe(rows.length);
          return rows.texts("id");
        });
        database.close();
        const told = steps.slice(0, count);
        const present = new Set(found);
        const acknowledged = idsIn(told, "stored");
        atLeast += acknowledged.length;
        expect(
          acknowledged.filter((id) => !present.has(id)),
          `after ${count} steps`,
        ).toEqual([]);
        expect(present.size).toBe(found.length);
        const sent = new Set(idsIn(told, "sent"));
        expect(
          found.filter((id) => !sent.has(id)),
          `after ${count} steps`,
        ).toEqual([]);
        await rm(place, { recursive: true });
      }
      expect(atLeast).toBeGreaterThan(cuts);
    } finally {
      await rm(directory, { recursive: true });
    }
  },
);
