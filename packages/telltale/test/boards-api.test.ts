import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { configSchema } from "../src/config.ts";
import { type Server, startServer } from "../src/server.ts";

let folder: string;
let server: Server;

const start = () =>
  startServer({
    config: configSchema.parse({ port: 0, dataDir: folder }),
    logger: pino({ level: "silent" }),
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-boards-"));
  server = await start();
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const call = async (method: string, path = "", body?: unknown) => {
  const answer = await fetch(`${server.url}/api/v1/boards${path}`, {
    method,
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
};
const panel = { kind: "line", metric: "requests", title: "", x: 0, y: 0, w: 6, h: 7 };
const night = { name: "Night", panels: [panel] };

test("[W7] a board is kept for everyone, over a restart, until it is replaced or removed", async () => {
  expect((await call("GET")).body).toEqual({ boards: [] });
  const kept = { id: "night", ...night, changed_at: expect.any(Number) };
  expect(await call("PUT", "/night", night)).toEqual({ status: 200, body: kept });
  await server.stop();
  server = await start();
  expect((await call("GET")).body).toEqual({ boards: [kept] });
  await call("PUT", "/night", { ...night, name: "Late" });
  expect((await call("GET")).body).toEqual({ boards: [{ ...kept, name: "Late" }] });
  expect((await call("DELETE", "/night")).status).toBe(204);
  expect((await call("DELETE", "/night")).status).toBe(404);
  expect((await call("GET")).body).toEqual({ boards: [] });
});

test("what is no board is refused with its place, and one too many", async () => {
  const wrong = [
    [{ ...night, name: " " }, /^name: /],
    [{ ...night, panels: Array.from({ length: 41 }, () => panel) }, /^panels: /],
    [{ ...night, panels: [{ ...panel, q: { nested: true } }] }, /^panels.0.q: /],
    [{ ...night, panels: [{ ...panel, q: "x".repeat(100_000) }] }, /100000 characters/],
  ] as const;
  for (const [body, detail] of wrong) {
    const answer = await call("PUT", "/night", body);
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringMatching(detail) } });
  }
  expect((await call("PUT", "/no%20id", night)).status).toBe(400);
  for (let n = 0; n < 50; n++) expect((await call("PUT", `/b${n}`, night)).status).toBe(200);
  expect((await call("PUT", "/b50", night)).status).toBe(409);
  expect((await call("PUT", "/b49", night)).status).toBe(200);
});

test("a file that can not be understood is set aside", async () => {
  await server.stop();
  await writeFile(join(folder, "boards.json"), "{");
  server = await start();
  expect((await call("GET")).body).toEqual({ boards: [] });
  await call("PUT", "/night", night);
  expect(await readFile(join(folder, "boards.json"), "utf8")).toContain("Night");
});
