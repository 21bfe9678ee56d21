import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Project } from "../src/project/open.ts";
import { NoProjectError, Projects } from "../src/project/projects.ts";

const MINUTE = 60_000;
let dataDir: string;
let clock: number;
let known: Set<string>;
let busy: Set<string>;
let log: string[];
let projects: Projects;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "telltale-projects-"));
  clock = Date.UTC(2027, 0, 1);
  known = new Set(["default", "a", "b", "c", "d"]);
  busy = new Set();
  log = [];
  projects = new Projects({
    dataDir,
    first: "default",
    open: async (id, folder) => {
      log.push(`open ${id}`);
      await mkdir(folder, { recursive: true });
      if (id === "d") throw new Error("the disk is gone");
      const project: Partial<Project> = {
        get isBusy() {
          return busy.has(id);
        },
        close: async () => void log.push(`close ${id}`),
        tick: () => void log.push(`tick ${id}`),
      };
      return project as Project;
    },
    exists: (id) => known.has(id),
    idleAfter: 15 * MINUTE,
    mostIdle: 1,
    now: () => clock,
  });
});

afterEach(() => rm(dataDir, { recursive: true }));

test("a project opens once, when it is first asked for, in a folder of its own", async () => {
  const [one, other] = await Promise.all([projects.of("a"), projects.of("a")]);
  expect(one).toBe(other);
  expect(projects.of("a")).toBe(one);
  expect(log).toEqual(["open a"]);
  expect(projects.folderOf("a")).toBe(join(dataDir, "projects", "a"));
  expect(projects.folderOf("default")).toBe(dataDir);
  expect(() => projects.of("x")).toThrow(NoProjectError);
});

test("one that can not be opened is tried again", async () => {
  await expect(projects.of("d")).rejects.toThrow(/disk/);
  await expect(projects.of("d")).rejects.toThrow(/disk/);
  expect(log).toEqual(["open d", "open d"]);
});

test("those that rest are closed, the longest unused first, and open again; the first stays", async () => {
  for (const id of ["default", "a", "b", "c"]) await projects.of(id);
  busy.add("c");
  clock += MINUTE - 1;
  void projects.of("b");
  await projects.rest();
  expect(projects.size).toBe(4);
  clock += MINUTE;
  await projects.rest();
  expect(log.filter((line) => line.startsWith("close"))).toEqual(["close a"]);
  clock += 15 * MINUTE;
  await projects.rest();
  busy.clear();
  await projects.rest();
  expect(log.filter((line) => line.startsWith("close"))).toEqual(["close a", "close b"]);
  // It was in use a moment ago.
  clock += MINUTE;
  await projects.rest();
  expect(projects.size).toBe(2);
  await projects.of("a");
  expect(log.filter((line) => line === "open a")).toHaveLength(2);
});

test("a removed project is closed and its folder set aside", async () => {
  await projects.of("a");
  await writeFile(join(projects.folderOf("a"), "history.duckdb"), "data");
  known.delete("a");
  await projects.remove("a");
  expect(log).toEqual(["open a", "close a"]);
  expect(existsSync(projects.folderOf("a"))).toBe(false);
  const aside = await readdir(join(dataDir, "removed"));
  expect(aside).toEqual(["a-2027-01-01T00-00-00-000Z"]);
  expect(() => projects.of("a")).toThrow(NoProjectError);
  await projects.remove("b");
});

test("one with alert rules runs though nobody asks for it", async () => {
  const rules = async (id: string, content: string): Promise<boolean> => {
    await mkdir(join(projects.folderOf(id), "alerts"), { recursive: true });
    await writeFile(join(projects.folderOf(id), "alerts", "rules.json"), content);
    return projects.runsByItself(id);
  };
  expect(await projects.runsByItself("a")).toBe(false);
  expect(await rules("a", JSON.stringify({ rules: [], silences: [{}] }, null, 2))).toBe(false);
  expect(await rules("b", JSON.stringify({ rules: [{ id: "1" }], silences: [] }, null, 2))).toBe(
    true,
  );
});

test("after the end nothing opens any more", async () => {
  await projects.of("a");
  await projects.close(0);
  expect(log).toEqual(["open a", "close a"]);
  expect(() => projects.of("b")).toThrow(NoProjectError);
});
