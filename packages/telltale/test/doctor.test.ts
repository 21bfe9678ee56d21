import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterEach, describe, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { readFlags, runDoctor } from "../src/cli/doctor/doctor.ts";
import { type Check, checks, examine, type Result } from "../src/cli/doctor/examine.ts";
import type { Patience } from "../src/cli/doctor/target.ts";
import { streamAddress } from "../src/cli/stream-address.ts";
import { configSchema } from "../src/config.ts";
import { startServer } from "../src/server.ts";
import { selfSigned } from "./self-signed.ts";

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const patience: Patience = { connect: 5_000, answer: 5_000, firstMessage: 5_000, listen: 300 };

async function examined(
  address: string,
  change: Partial<Patience> = {},
  origin?: string,
): Promise<Record<Check, Result>> {
  const results: Result[] = [];
  const url = streamAddress(address);
  const options = { url, patience: { ...patience, ...change }, ...(origin && { origin }) };
  for await (const result of examine(options)) results.push(result);
  // Each check once and in order, whatever happens.
  expect(results.map(({ check }) => check)).toEqual(checks);
  for (const { status, advice } of results) {
    expect(advice !== undefined).toBe(status === "warn" || status === "fail");
  }
  return Object.fromEntries(results.map((result) => [result.check, result])) as Record<
    Check,
    Result
  >;
}

const statuses = (found: Record<Check, Result>): Record<string, string> =>
  Object.fromEntries(checks.map((check) => [check, found[check].status]));

interface Behaviour {
  /** Gets each connection that was upgraded. */
  socket?: (socket: WebSocket, origin: string | undefined) => void;
  /** Answers an upgrade in its own way; the connection does not open then. */
  refuse?: (socket: Duplex, origin: string | undefined) => boolean;
  request?: RequestListener;
  tls?: { key: string; cert: string };
}

/** A small server that behaves as it is told. */
async function backend({ socket, refuse, request, tls }: Behaviour) {
  const listener: RequestListener =
    request ?? ((_request, response) => void response.writeHead(404).end());
  const http = tls ? createHttpsServer(tls, listener) : createServer(listener);
  const sockets = new WebSocketServer({ noServer: true });
  const received: string[] = [];
  const connections = new Set<Duplex>();
  const gone = new Set<() => void>();
  http.on("connection", (connection) => {
    connections.add(connection);
    connection.on("error", () => undefined);
    connection.on("end", () => connection.end());
    connection.on("close", () => {
      connections.delete(connection);
      for (const check of gone) check();
    });
  });
  http.on("upgrade", (incoming, duplex, head) => {
    const { origin } = incoming.headers;
    if (refuse?.(duplex, origin)) return;
    sockets.handleUpgrade(incoming, duplex, head, (ws) => {
      ws.on("message", (data) => received.push(String(data)));
      socket?.(ws, origin);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  ending.push(() => {
    for (const connection of connections) connection.destroy();
    return new Promise((resolve) => http.close(resolve));
  });
  return {
    host: `127.0.0.1:${(http.address() as AddressInfo).port}`,
    received,
    /** Resolves once nobody is connected any more. */
    left: () =>
      new Promise<void>((resolve) => {
        const check = (): void => {
          if (connections.size === 0) resolve();
        };
        gone.add(check);
        check();
      }),
  };
}

const metrics = (change: object = {}, data: object = {}) =>
  JSON.stringify({
    type: "metrics_update",
    timestamp: Date.now(),
    data: {
      total_requests: 1,
      total_tokens: 1,
      total_cost: 1,
      avg_latency_ms: 1,
      error_rate: 0,
      streaming_percentage: 0,
      requests_per_second: 1,
      tokens_per_second: 1,
      active_connections: 1,
      ...data,
    },
    ...change,
  });

/** The server of the guide: it pushes figures, numbered from 0, and never reads. */
function push(message: (sequence: number) => string = (sequence) => metrics({ sequence })) {
  return (socket: WebSocket): void => {
    let sequence = 0;
    const send = (): void => socket.send(message(sequence++));
    send();
    const timer = setInterval(send, 30);
    socket.on("close", () => clearInterval(timer));
  };
}

const answer =
  (head: string, body = "") =>
  (socket: Duplex): boolean => {
    socket.end(`HTTP/1.1 ${head}\r\nConnection: close\r\n\r\n${body}`);
    return true;
  };

test("[T2] finds nothing wrong with Telltale itself, and every way in open", async () => {
  const folder = await mkdtemp(join(tmpdir(), "telltale-doctor-"));
  const server = await startServer({
    config: configSchema.parse({ port: 0, dataDir: folder, tickMs: 100 }),
    logger: pino({ level: "silent" }),
  });
  ending.push(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const found = await examined(server.url, { listen: 1_000 });
  // A machine under load may make anything slow, but nothing wrong.
  const slow: Check[] = ["upgrade", "first message", "cadence", "clock", "buffering"];
  for (const check of checks) {
    const allowed = slow.includes(check) ? ["ok", "note", "warn"] : ["ok"];
    expect(check === "tls" ? ["skip"] : allowed).toContain(found[check].status);
  }
  expect(found["first message"].measured).toMatch(/^init .* telltale .* listens to hello/);
  expect(found.origin.measured).toBe("a page of another origin is refused with 403");

  const asPage = await examined(server.url, {}, "https://app.example");
  expect(asPage.upgrade).toMatchObject({
    status: "fail",
    measured: expect.stringMatching(/^403: Pages of "https:\/\/app\.example" may not/),
    advice: expect.stringMatching(/--allowed-origins/),
  });
});

test("[T2] takes a server that only pushes as it is, sends it nothing and lets go of it", async () => {
  const { host, received, left } = await backend({ socket: push() });
  const found = await examined(`ws://${host}/metrics/stream`);
  expect(statuses(found)).toMatchObject({
    subprotocol: "ok",
    schema: "ok",
    sequence: "ok",
    "event stream": "note",
    "long poll": "note",
    buffering: "skip",
  });
  expect(found.origin).toMatchObject({ status: "warn", advice: expect.stringMatching(/hijack/) });
  expect(found["first message"].measured).toMatch(/no init/);
  await left();
  expect(received).toEqual([]);
});

test.each<[string, string, RegExp, string?]>([
  [
    "301 Moved Permanently\r\nLocation: wss://elsewhere.example/",
    "follow no redirect",
    /301 to wss/,
  ],
  ["403 Forbidden", "origin", /^403/],
  ["404 Not Found", "path", /^404: no such room$/, "no such room"],
  ["426 Upgrade Required", "proxy_http_version", /^426$/],
  ["200 OK", "Upgrade and Connection", /^200$/, "<!doctype html>"],
])("explains an upgrade that is answered %s", async (head, advice, measured, body = "") => {
  const { host, left } = await backend({ refuse: answer(head, body) });
  const found = await examined(host);
  expect(found.upgrade).toMatchObject({
    status: "fail",
    measured: expect.stringMatching(measured),
    advice: expect.stringContaining(advice),
  });
  expect(found.schema).toMatchObject({ status: "skip", measured: "upgrade failed" });
  await left();
});

test("gives up on an upgrade that is not answered", async () => {
  const { host, left } = await backend({ refuse: (socket) => socket.resume() !== null });
  const found = await examined(host, { answer: 200 });
  expect(found.upgrade).toMatchObject({ status: "fail", measured: "the upgrade is not answered" });
  await left();
});

test("names the code of a server that closes at once, and waits no longer", async () => {
  const { host } = await backend({ socket: (socket) => socket.close(1008, "go away") });
  const found = await examined(host);
  expect(found["first message"]).toMatchObject({
    status: "fail",
    measured: "closed with 1008 (go away) before the first message",
  });
  expect(found.origin.status).toBe("ok");
  expect(found.cadence.status).toBe("skip");
});

test("says when a server that accepts then says nothing", async () => {
  const { host, left } = await backend({});
  const found = await examined(host, { firstMessage: 100, listen: 100 });
  expect(statuses(found)).toMatchObject({
    subprotocol: "ok",
    "first message": "warn",
    schema: "skip",
    sequence: "skip",
    cadence: "skip",
    clock: "skip",
  });
  await left();
});

test("[T2] names the path of what does not fit the contract", async () => {
  const socket = push((sequence) => metrics({ sequence }, { total_cost: "12" }));
  const { host } = await backend({ socket });
  expect((await examined(host)).schema.measured).toMatch(
    /^metrics_update: expected number at data\.total_cost, not string \(\d+×\)$/,
  );
});

test("sees messages that are missing and a clock that is wrong", async () => {
  const timestamp = Date.now() + 3_600_000;
  const socket = push((sequence) => metrics({ sequence: sequence * 2, timestamp }));
  const { host } = await backend({ socket });
  const found = await examined(host);
  expect(found.sequence).toMatchObject({
    status: "fail",
    measured: expect.stringMatching(/missing among \d+ \(2 after 0\)$/),
  });
  expect(found.clock).toMatchObject({ status: "warn", measured: expect.stringMatching(/ahead/) });
});

describe("with TLS", () => {
  const hour = 3_600_000;

  test("a certificate that is self-signed fails, and the rest is examined all the same", async () => {
    const tls = selfSigned("localhost", Date.now() - hour, Date.now() + 90 * 24 * hour);
    const { host, left } = await backend({ socket: push(), tls });
    const found = await examined(`https://${host.replace("127.0.0.1", "localhost")}`);
    expect(found.tls).toMatchObject({
      status: "fail",
      measured: expect.stringMatching(/^TLSv1\.3, the certificate is self-signed$/),
    });
    expect(statuses(found)).toMatchObject({ schema: "ok", "event stream": "note" });
    await left();
  });

  test("a token is not shown to a server that is not trusted", async () => {
    const tls = selfSigned("localhost", Date.now() - hour, Date.now() + 90 * 24 * hour);
    const asked: unknown[] = [];
    const refuse = (): boolean => asked.push("upgrade") > 0;
    const { host } = await backend({ tls, refuse, request: ({ url }) => asked.push(url) });
    const found = await examined(`wss://${host.replace("127.0.0.1", "localhost")}/?token=secret`);
    expect(statuses(found)).toMatchObject({ tls: "fail", upgrade: "skip", "long poll": "skip" });
    expect(asked).toEqual([]);
  });

  test("a certificate that has expired or is for another name is named as that", async () => {
    const old = selfSigned("localhost", Date.now() - 48 * hour, Date.now() - 30 * hour);
    const expired = await backend({ tls: old, refuse: answer("404 Not Found") });
    expect((await examined(`wss://${expired.host}`)).tls.measured).toMatch(/expired 2 days ago/);
    const other = selfSigned("other.example", Date.now() - hour, Date.now() + hour);
    const misnamed = await backend({ tls: other, refuse: answer("404 Not Found") });
    expect((await examined(`wss://${misnamed.host}`)).tls.measured).toMatch(
      /certificate for other\.example$/,
    );
  });

  test("a port without it is said to be one, and nothing else is tried", async () => {
    const { host } = await backend({});
    const found = await examined(`wss://${host}`);
    expect(found.tls).toMatchObject({ status: "fail", advice: expect.stringMatching(/http:\/\//) });
    expect(found["long poll"].status).toBe("skip");
  });

  test("a port that has it, asked without, is no mystery either", async () => {
    const tls = selfSigned("localhost", Date.now() - hour, Date.now() + hour);
    const { host } = await backend({ tls });
    expect((await examined(`ws://${host}`)).upgrade).toMatchObject({
      status: "fail",
      advice: expect.stringMatching(/https/),
    });
  });
});

describe("server-sent events", () => {
  const eventStream = { "content-type": "text/event-stream" };

  test("that a proxy holds back are noticed", async () => {
    const request: RequestListener = (_request, response) => {
      response.writeHead(200, eventStream).flushHeaders();
    };
    const { host, left } = await backend({ socket: push(), request });
    const found = await examined(host);
    expect(found["event stream"].status).toBe("ok");
    expect(found.buffering).toMatchObject({
      status: "warn",
      measured: expect.stringMatching(/^no event, while the WebSocket brought \d+$/),
    });
    await left();
  });

  test("that come in lumps are noticed", async () => {
    const request: RequestListener = (_request, response) => {
      response.writeHead(200, eventStream);
      const ages = [60_000, 40_000, 20_000, 0];
      const events = ages.map((age) => `data: ${metrics({ timestamp: Date.now() - age })}\n\n`);
      response.write(events.join(""));
    };
    const { host } = await backend({ socket: push(), request });
    expect((await examined(host)).buffering).toMatchObject({
      status: "warn",
      measured: expect.stringMatching(/^held back up to .*: 4 events in 1 lumps$/),
    });
  });

  test("are offered even where the WebSocket is not", async () => {
    const request: RequestListener = ({ headers }, response) => {
      const events = headers.accept === "text/event-stream";
      response.writeHead(200, events ? eventStream : { "content-type": "application/json" });
      response.end(events ? `data: ${metrics()}\n\n` : `[${metrics()}]`);
    };
    const { host } = await backend({ refuse: answer("403 Forbidden"), request });
    expect(statuses(await examined(host))).toMatchObject({
      upgrade: "fail",
      "event stream": "ok",
      "long poll": "ok",
    });
  });
});

test("stops where nothing more can be found out", async () => {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const closed = await examined(`127.0.0.1:${port}`);
  expect(closed.tcp).toMatchObject({ status: "fail", advice: expect.stringMatching(/start/) });
  expect(closed.upgrade).toMatchObject({ status: "skip", measured: "tcp failed" });

  const nameless = await examined("wss://telltale.invalid");
  expect(nameless.dns.status).toBe("fail");
  expect(nameless.tcp.status).toBe("skip");
});

describe("the report", () => {
  const print = async (address: string, json: boolean) => {
    const out = {
      text: "",
      write(chunk: string) {
        this.text += chunk;
      },
    };
    const options = { ...readFlags(address, { listen: "5" }), patience };
    const code = await runDoctor(options, json, out, {});
    return { code, text: out.text };
  };

  test("has one line per check, a verdict, and nothing that steers the terminal", async () => {
    const { host } = await backend({ refuse: answer("404 Not Found", "\x1b]0;owned\x07\x9b2J") });
    const { code, text: printed } = await print(host, false);
    expect(code).toBe(1);
    const lines = printed.trimEnd().split("\n");
    expect(lines).toHaveLength(checks.length + 2);
    expect(lines[4]).toMatch(/^fail {2}upgrade {2,}404: \\u\{1b\}\]0;owned\\u\{7\}.* → check/);
    expect(lines.at(-1)).toBe("fail  1 check failed, 0 warnings");
    expect(printed.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });

  test("is one JSON object with --json", async () => {
    const { host } = await backend({ socket: push() });
    const { code, text: printed } = await print(`ws://me:secret@${host}/x?token=secret`, true);
    expect(code).toBe(0);
    const report = JSON.parse(printed);
    expect(report).toMatchObject({ url: `ws://${host}/x`, verdict: "warn" });
    expect(report.checks.map(({ check }: Result) => check)).toEqual(checks);
    expect(printed).not.toContain("secret");
  });

  test("fails an address that is none, without asking anybody", async () => {
    const { code, text: printed } = await print("ftp://h", false);
    expect(code).toBe(1);
    expect(printed).toMatch(/^fail {2}address .*\nskip {2}dns {2,}address failed\n/);
  });

  test.each([
    [{ listen: "0" }, /--listen 0: expected seconds/],
    [{ listen: "5", origin: "app.example" }, /--origin app\.example: expected an origin/],
    [{ listen: "5", origin: "https://app.example/" }, /as browsers write it/],
  ])("%j is wrong usage", (flags, message) => {
    expect(() => readFlags("localhost", flags)).toThrow(message);
  });
});

test("the command ends with 0, 1 or 2", async () => {
  /** The built command, as a user runs it. `npm test` builds first. */
  const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [main, "doctor", ...args], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const code = new Promise((resolve) => child.once("exit", resolve));
    return { out: await text(child.stdout), code: await code };
  };
  const { host } = await backend({ socket: push() });
  const good = await run(`ws://${host}`, "--listen", "1", "--json");
  expect(good.code).toBe(0);
  expect(JSON.parse(good.out)).toMatchObject({ verdict: "warn" });
  expect((await run("ftp://nowhere")).code).toBe(1);
  expect(await run()).toEqual({ code: 2, out: "" });
});
