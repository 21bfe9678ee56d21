import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { readFlags, type TailFlags } from "../src/cli/tail/flags.ts";
import { runTail } from "../src/cli/tail/tail.ts";
import { configSchema } from "../src/config.ts";
import { type Server, startServer } from "../src/server.ts";

let folder: string;
let server: Server;
const ending: (() => unknown)[] = [];

const start = (name: string, port = 0) =>
  startServer({
    config: configSchema.parse({ port, dataDir: join(folder, name), tickMs: 100 }),
    logger: pino({ level: "silent" }),
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-tail-"));
  server = await start("shared");
});
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const report = (url: string, ...events: object[]) =>
  fetch(`${url}/ingest/requests`, { method: "POST", body: JSON.stringify(events) });

/** A stream to write to whose text can be awaited. */
function output() {
  let text = "";
  const waiting = new Set<() => void>();
  return {
    isTTY: false,
    write(chunk: string) {
      text += chunk;
      for (const check of waiting) check();
    },
    get text() {
      return text;
    },
    get lines() {
      return text.split("\n").slice(0, -1);
    },
    until: (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        const check = (): void => {
          if (!pattern.test(text)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

function tailing(url: string, flags: Partial<TailFlags> = {}) {
  const controller = new AbortController();
  const out = output();
  const notes = output();
  const options = readFlags([url], { retry: true, ...flags }, {});
  const done = runTail(options, { out, notes, env: {}, signal: controller.signal });
  ending.push(async () => {
    controller.abort();
    await done.catch(() => undefined);
  });
  return { out, notes, done, stop: () => controller.abort() };
}

/** A WebSocket server of the test's own; `greet` gets each connection. */
async function stream(greet: (socket: WebSocket) => void, port = 0): Promise<string> {
  const http = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ server: http });
  sockets.on("connection", greet);
  await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
  ending.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    http.closeAllConnections();
    return new Promise((resolve) => http.close(resolve));
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const request = (id: string, fields: object = {}) => ({
  type: "request_update",
  timestamp: Date.now(),
  data: {
    id,
    model: "m",
    created: 1,
    prompt_tokens: 1,
    completion_tokens: 1,
    total_tokens: 2,
    latency_ms: 1,
    streaming: false,
    status: "success",
    cost: null,
    ...fields,
  },
});

describe("against a real server", () => {
  test("shows requests that end from now on, and stops at the limit", async () => {
    await report(server.url, { id: "before", model: "gpt-4o" });
    const tail = tailing(server.url, { limit: "2" });
    await tail.notes.until(/connected to/);
    await report(server.url, { id: "running", model: "gpt-4o", status: "in_progress" });
    await report(server.url, { model: "gpt-4o", prompt_tokens: 10, completion_tokens: 5 });
    await report(server.url, {
      model: "gpt-4o-mini",
      status: "error",
      status_code: 429,
      error_type: "rate_limit_exceeded",
      user_id: "u-17",
    });
    await tail.done;
    const [first, second, ...rest] = tail.out.lines;
    expect(first).toMatch(/gpt-4o {2,}✓ success .*10→5/);
    expect(second).toMatch(/gpt-4o-mini {2,}✗ error .*u-17 .*429 rate_limit_exceeded/);
    expect(rest).toEqual([]);
  });

  test("--json prints whole requests that pass every filter, and nothing else", async () => {
    const tail = tailing(server.url, {
      json: true,
      model: ["wanted"],
      errors: true,
      minLatency: "100",
      user: "u-1",
      text: "TIMEOUT",
      limit: "1",
    });
    await tail.notes.until(/connected to/);
    const right = {
      model: "wanted",
      status: "error",
      error_type: "timeout",
      latency_ms: 100,
      user_id: "u-1",
    };
    await report(
      server.url,
      { ...right, model: "other" },
      { ...right, status: "success" },
      { ...right, latency_ms: 99 },
      { ...right, user_id: "u-12" },
      { ...right, error_type: "overloaded" },
      { ...right, id: "right" },
    );
    await tail.done;
    expect(tail.out.lines.map((line) => JSON.parse(line))).toMatchObject([{ id: "right" }]);
  });

  test("[T1] finds the server again after a restart, and shows what ended meanwhile", async () => {
    const first = await start("restart");
    const port = Number(new URL(first.url).port);
    const tail = tailing(first.url, { json: true });
    await tail.notes.until(/connected to/);
    await first.stop();
    await tail.notes.until(/lost .*trying again/);
    const second = await start("restart", port);
    ending.unshift(() => second.stop());
    await report(second.url, { id: "meanwhile", model: "m" });
    await tail.out.until(/"meanwhile"/);
    tail.stop();
    await tail.done;
    expect(tail.out.lines).toHaveLength(1);
  });
});

describe("against other backends", () => {
  test("waits for a server that is not there, and says what to do", async () => {
    const port = await freePort();
    const tail = tailing(`127.0.0.1:${port}`, { limit: "1" });
    await tail.notes.until(/nothing listens there .*start the server.*trying again/);
    await stream((socket) => socket.send(JSON.stringify(request("late"))), port);
    await tail.done;
    expect(tail.out.lines).toHaveLength(1);
  });

  test("fails with --no-retry when nobody listens, and when the path is wrong", async () => {
    const gone = tailing(`127.0.0.1:${await freePort()}`, { retry: false });
    await expect(gone.done).rejects.toThrow(/cannot reach .*nothing listens there/);
    const wrong = tailing(`${server.url}/stream`, { retry: false });
    await expect(wrong.done).rejects.toThrow(/404: there is no stream at this path/);
  });

  test("fails with --no-retry when the connection is lost", async () => {
    const url = await stream((socket) => socket.close(1011, "no more"));
    await expect(tailing(url, { retry: false }).done).rejects.toThrow(/lost .*no more/);
  });

  test("gives up where trying again would not help, and says why", async () => {
    const url = await stream((socket) => socket.close(4003, "not\x1b[2J you"));
    await expect(tailing(url).done).rejects.toThrow(/not\\u\{1b\}\[2J you \(4003\)/);
  });

  test("[T1] says what it could not use and what the server left out, without steering the terminal", async () => {
    const url = await stream((socket) => {
      const notice = { code: "conflated", message: "7 updates were\x1b[2J left out", count: 7 };
      socket.send(JSON.stringify({ type: "notice", timestamp: 1, data: notice }));
      socket.send(JSON.stringify(request("a", { cost: "1 €" })));
      socket.send(JSON.stringify(request("b", { model: "\x1b]0;owned\x07" })));
    });
    const tail = tailing(url, { limit: "1" });
    await tail.done;
    expect(tail.notes.text).toContain("conflated: 7 updates were\\u{1b}[2J left out");
    expect(tail.notes.text).toMatch(/request_update: expected number .*data\.cost/);
    expect(tail.out.text).toContain("\\u{1b}]0;owned\\u{7}");
    expect(tail.out.text + tail.notes.text).not.toContain("\x1b");
  });

  test("sends a server that only pushes not a byte", async () => {
    let received = 0;
    const url = await stream((socket) => {
      socket.on("message", () => received++);
      for (const id of ["a", "b", "c"]) socket.send(JSON.stringify(request(id)));
    });
    await tailing(url, { limit: "3" }).done;
    expect(received).toBe(0);
  });
});

describe("the command", () => {
  /** The built command, as a user runs it. `npm test` builds first. */
  const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
  const run = (...args: string[]) => {
    const child = spawn(process.execPath, [main, "tail", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const out = output();
    const notes = output();
    child.stdout.on("data", (chunk: Buffer) => out.write(chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => notes.write(chunk.toString()));
    const code = new Promise<number | null>((resolve) => child.once("exit", resolve));
    ending.push(() => child.kill("SIGKILL"));
    return { child, out, notes, code };
  };

  test("ends with 0 on Ctrl-C", async () => {
    const { child, notes, code } = run(server.url);
    await notes.until(/connected to/);
    child.kill("SIGINT");
    expect(await code).toBe(0);
  });

  test("ends quietly with 0 when its reader has had enough", async () => {
    const { child, out, notes, code } = run(server.url, "--json");
    await notes.until(/connected to/);
    await report(server.url, { model: "m" });
    await out.until(/\n/);
    child.stdout.destroy();
    // A broken pipe shows when it is written to.
    const writing = setInterval(() => void report(server.url, { model: "m" }), 50);
    expect(await code).toBe(0);
    clearInterval(writing);
    expect(notes.lines).toHaveLength(1);
  });

  test("has help with examples, and every flag of it is in docs/cli.md", async () => {
    const doc = await readFile(new URL("../../../docs/cli.md", import.meta.url), "utf8");
    const { out, code } = run("--help");
    expect(await code).toBe(0);
    expect(out.text).toMatch(/Examples:\n {2}telltale tail/);
    const flags = out.text.match(/^ {2}--[a-z-]+/gm) ?? [];
    expect(flags.length).toBeGreaterThan(8);
    for (const flag of flags) expect(doc).toContain(`\`${flag.trim()}`);
  });

  test("ends with 1 when nobody is there and with 2 for wrong usage", async () => {
    const gone = run(`127.0.0.1:${await freePort()}`, "--no-retry");
    expect(await gone.code).toBe(1);
    expect(gone.notes.text).toMatch(/^telltale: cannot reach .*\n$/);
    const wrong = run("--limit", "none");
    expect(await wrong.code).toBe(2);
    expect(wrong.out.text).toBe("");
  });
});
