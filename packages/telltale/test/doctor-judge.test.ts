import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { judgeAddress } from "../src/cli/doctor/address.ts";
import { judgeBuffering } from "../src/cli/doctor/buffering.ts";
import { judgeCadence } from "../src/cli/doctor/cadence.ts";
import { judgeClock } from "../src/cli/doctor/clock.ts";
import { judgeDns } from "../src/cli/doctor/dns.ts";
import { EventReader } from "../src/cli/doctor/event-stream.ts";
import { checks } from "../src/cli/doctor/examine.ts";
import { judgeFirstMessage } from "../src/cli/doctor/first-message.ts";
import { type Message, readFrames } from "../src/cli/doctor/messages.ts";
import { judgeOrigin } from "../src/cli/doctor/origin.ts";
import { verdictLine, verdictOf } from "../src/cli/doctor/report.ts";
import { judgeSchema } from "../src/cli/doctor/schema.ts";
import { judgeSequence } from "../src/cli/doctor/sequence.ts";
import { judgeTcp } from "../src/cli/doctor/tcp.ts";
import { type Handshake, judgeTls } from "../src/cli/doctor/tls.ts";
import { judgeCompression, judgeSubprotocol, judgeUpgrade } from "../src/cli/doctor/upgrade.ts";
import { streamAddress } from "../src/cli/stream-address.ts";

const coded = (code: string): Error => Object.assign(new Error(code), { code });

describe("the address", () => {
  test.each([
    ["wss://h.example/metrics/stream", "ok", /^wss:\/\/h\.example\/metrics\/stream$/],
    ["http://127.0.0.1:8000", "ok", /\/metrics\/stream$/],
    ["ws://[::1]:1/x", "ok", /\[::1\]/],
    ["ws://h.example/x", "warn", /not encrypted/],
    ["wss://me:secret@h.example/x", "warn", /^wss:\/\/h\.example\/x carries a login$/],
    ["wss://h.example/x?access_token=secret", "warn", /carries access_token in its query$/],
  ])("%s: %s", (address, status, measured) => {
    expect(judgeAddress(streamAddress(address))).toMatchObject({
      status,
      measured: expect.stringMatching(measured),
    });
  });

  test("that is none fails", () => {
    expect(judgeAddress(new TypeError("expected an address")).status).toBe("fail");
  });
});

test("a name: found, slow, unknown, silent", () => {
  const found = { addresses: ["1.2.3.4", "::1"], literal: false };
  expect(judgeDns({ ...found, took: 12 })).toEqual({
    status: "ok",
    measured: "1.2.3.4, ::1 in 12 ms",
  });
  expect(judgeDns({ ...found, took: 2500 }).status).toBe("warn");
  expect(judgeDns({ error: coded("ENOTFOUND") })).toMatchObject({
    status: "fail",
    advice: expect.stringMatching(/spelling/),
  });
  expect(judgeDns({ error: coded("EAI_AGAIN") }).measured).toMatch(/name server/);
});

test("a port: open, closed, open on some addresses only", () => {
  const open = { address: "1.2.3.4", result: 8 };
  const closed = { address: "::1", result: coded("ECONNREFUSED") };
  expect(judgeTcp([open], 80)).toEqual({ status: "ok", measured: "port 80 open in 8 ms" });
  expect(judgeTcp([closed], 80)).toMatchObject({ status: "fail" });
  expect(judgeTcp([open, closed], 80)).toMatchObject({
    status: "warn",
    measured: "port 80 open in 8 ms, but not on ::1: nothing listens there (connection refused)",
  });
});

describe("TLS", () => {
  const day = 86_400_000;
  const now = Date.UTC(2026, 0, 1);
  const good: Handshake = {
    protocol: "TLSv1.3",
    validFrom: now - day,
    validTo: now + 60 * day,
    names: "h.example",
    untrusted: null,
    nameFits: true,
  };

  test.each<[Partial<Handshake>, string, RegExp]>([
    [{}, "ok", /TLSv1\.3, certificate for h\.example, 60 days left/],
    [{ validTo: now + 3 * day }, "warn", /3 days left/],
    [{ protocol: "TLSv1.1" }, "warn", /TLSv1\.1/],
    [{ validTo: now - 2 * day, untrusted: "CERT_HAS_EXPIRED" }, "fail", /expired 2 days ago/],
    [{ validFrom: now + day }, "fail", /not valid before 2026-01-02/],
    [{ nameFits: false }, "fail", /certificate for h\.example/],
    [{ untrusted: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "fail", /self-signed/],
    [{ untrusted: "SOME_NEW_CODE" }, "fail", /SOME_NEW_CODE/],
  ])("%j: %s", (change, status, measured) => {
    expect(judgeTls({ ...good, ...change }, now)).toMatchObject({
      status,
      measured: expect.stringMatching(measured),
    });
  });

  test("spoken to a port without it", () => {
    expect(judgeTls(coded("ERR_SSL_WRONG_VERSION_NUMBER"), now)).toMatchObject({
      status: "fail",
      advice: expect.stringMatching(/plain HTTP/),
    });
  });
});

describe("the upgrade", () => {
  const refused = (status: number, body = "", location?: string) =>
    judgeUpgrade({ kind: "refused", status, location, body });

  test.each([
    [200, /check the path/],
    [400, /Upgrade headers/],
    [401, /login/],
    [403, /--allowed-origins.*--origin/],
    [404, /\/metrics\/stream/],
    [426, /proxy_http_version/],
    [502, /proxy/],
    [500, /see its log/],
    [418, /what the server expects/],
  ])("refused with %i", (status, advice) => {
    expect(refused(status)).toMatchObject({
      status: "fail",
      measured: `${status}`,
      advice: expect.stringMatching(advice),
    });
  });

  test("names where it was redirected to, and what the refusal says, but shows no pages", () => {
    expect(refused(301, "", "https://h/x").measured).toBe("301 to https://h/x");
    expect(refused(403, '{"detail":"Pages of \\"x\\" may not"}').measured).toBe(
      '403: Pages of "x" may not',
    );
    expect(refused(404, "Not\n found").measured).toBe("404: Not found");
    expect(refused(404, "<!doctype html><p>no").measured).toBe("404");
    expect(refused(404, "x".repeat(9999)).measured.length).toBeLessThan(200);
  });

  test("accepted, slowly accepted, not answered, wrongly answered", () => {
    const open = { kind: "open", at: 0, extensions: "" } as const;
    expect(judgeUpgrade({ ...open, took: 9 })).toEqual({
      status: "ok",
      measured: "101 after 9 ms",
    });
    expect(judgeUpgrade({ ...open, took: 2_500 }).status).toBe("warn");
    const failed = (message: string) => judgeUpgrade({ kind: "failed", error: new Error(message) });
    expect(failed("Opening handshake has timed out").measured).toMatch(/not answered/);
    expect(failed("Invalid Sec-WebSocket-Accept header").advice).toMatch(/cache or proxy/);
  });

  test("with a subprotocol that nobody asked for", () => {
    const error = new Error("Server sent a subprotocol but none was requested");
    expect(judgeSubprotocol({ kind: "failed", error }).status).toBe("fail");
  });

  test("with compression", () => {
    expect(judgeCompression("").status).toBe("ok");
    expect(judgeCompression("permessage-deflate").status).toBe("note");
  });
});

test("a page of another origin: refused, let go, let in, not judged", () => {
  const open = { kind: "open", took: 1, at: 0, extensions: "" } as const;
  const refused = (status: number) =>
    ({ kind: "refused", status, location: undefined, body: "" }) as const;
  const status = (
    opening: typeof open | ReturnType<typeof refused>,
    code?: number,
    heard = false,
  ) => judgeOrigin({ opening, closing: code ? { code, reason: "" } : undefined, heard }).status;
  expect(status(refused(403))).toBe("ok");
  expect(status(refused(429))).toBe("note");
  expect(status(open, 1008)).toBe("ok");
  expect(status(open, 1008, true)).toBe("warn");
  expect(status(open)).toBe("warn");
});

const metrics = {
  total_requests: 1,
  total_tokens: 1,
  total_cost: 1,
  avg_latency_ms: 1,
  error_rate: 0,
  streaming_percentage: 0,
  requests_per_second: 1,
  tokens_per_second: 1,
  active_connections: 1,
};
const message = (change: object = {}) => ({
  type: "metrics_update",
  timestamp: 1_700_000_000_000,
  data: metrics,
  ...change,
});
const frames = (...contents: unknown[]) =>
  contents.map((content) => ({ text: JSON.stringify(content), at: 1 }));

describe("what the messages hold", () => {
  const judge = (...contents: unknown[]) => judgeSchema(readFrames(frames(...contents)));

  test("is counted by type, types of one's own included", () => {
    expect(judge(message(), message(), { ...message({ type: "own" }), data: 7 })).toEqual({
      status: "ok",
      measured: "2 metrics_update; of its own: 1 own",
    });
  });

  test("is named by path where it is wrong, and never shown", () => {
    const wrong = { ...metrics, total_cost: "confidential" };
    const finding = judge(message({ data: wrong }), message({ data: wrong }), message());
    expect(finding).toMatchObject({
      status: "fail",
      measured: "metrics_update: expected number at data.total_cost, not string (2×)",
    });
    expect(judge({ type: "metrics_update", data: metrics }).measured).toMatch(
      /expected number at timestamp, not nothing/,
    );
    expect(judge(7).measured).toMatch(/frame: expected object at the top/);
  });

  test("is text, JSON, and one envelope per frame", () => {
    const reading = readFrames([
      { text: null, at: 1 },
      { text: "{", at: 1 },
    ]);
    expect(judgeSchema(reading).measured).toBe(
      "frame: expected text, not binary (1×); frame: expected JSON, not other text (1×)",
    );
    expect(judge([message(), message()]).status).toBe("warn");
    expect(judge().status).toBe("skip");
  });
});

describe("the sequence", () => {
  const judge = (...numbers: (number | "init" | undefined)[]) =>
    judgeSequence(
      readFrames(
        frames(
          ...numbers.map((sequence) =>
            sequence === "init" ? message({ type: "init" }) : message({ sequence }),
          ),
        ),
      ).messages,
    );

  test.each([
    [[5, 6, 7], "ok", /3 in order/],
    [[5, undefined, 6], "ok", /2 in order/],
    [[5, 6, "init", 0, 1], "ok", /4 in order/],
    [[undefined, undefined], "note", /not numbered/],
    [[1, 2, 5], "fail", /2 missing among 3 \(5 after 2\)/],
    [[1, 2, 2], "fail", /1 of 3 go back or repeat \(2 after 2\)/],
    [[], "skip", /no message/],
  ] as const)("%j: %s", (numbers, status, measured) => {
    expect(judge(...numbers)).toMatchObject({
      status,
      measured: expect.stringMatching(measured),
    });
  });
});

describe("the cadence", () => {
  const judge = (arrivals: number[], change: object = {}) =>
    judgeCadence({ arrivals, listened: 5_000, heartbeat: 15_000, closing: undefined, ...change });

  test("takes what comes in one go for one delivery", () => {
    expect(judge([0, 1, 2, 1000, 1001, 2000, 3000, 4000])).toEqual({
      status: "ok",
      measured: "8 in 5.0 s: every 999 ms (median), longest 1.0 s; heartbeat 15.0 s",
    });
  });

  test.each([
    [[0], {}, "note"],
    [[], {}, "skip"],
    [[0, 40_000], { listened: 40_000 }, "warn"],
    [[0, 1000, 2000], { heartbeat: 90_000 }, "warn"],
    [[0, 1000, 70_000], { heartbeat: undefined, listened: 70_000 }, "warn"],
    [[0, 1000, 2000], { closing: { code: 1011, reason: "oh" } }, "fail"],
  ])("%j with %j: %s", (arrivals, change, status) => {
    expect(judge(arrivals, change).status).toBe(status);
  });
});

describe("the clock", () => {
  const at = 1_700_000_000_000;
  const judge = (...timestamps: number[]) =>
    judgeClock(timestamps.map((timestamp) => ({ envelope: { ...message(), timestamp }, at })));

  test.each([
    [[at - 10], "ok", /within 10 ms/],
    [[at - 9_000, at - 5], "ok", /within 5 ms/],
    [[at - 9_000], "warn", /9\.0 s old on arrival/],
    [[at + 9_000], "warn", /9\.0 s ahead/],
    [[at / 1000], "fail", /seconds/],
    [[at * 1000], "fail", /microseconds|micro- or nanoseconds/],
    [[], "skip", /no message/],
  ])("%j: %s", (timestamps, status, measured) => {
    expect(judge(...timestamps)).toMatchObject({
      status,
      measured: expect.stringMatching(measured),
    });
  });
});

describe("the first message", () => {
  const waited = { message: undefined, took: null, closing: undefined, patience: 10_000 };
  const first = (change: object): Message => ({ envelope: { ...message(change) }, at: 1 });
  const init = {
    protocol: 1,
    server: { name: "own", version: "2" },
    epoch: "e",
    position: "e:1",
    resumed: false,
    heartbeat_interval_ms: 15_000,
    capabilities: ["hello"],
  };

  test.each([
    [{ took: 20, message: first({}) }, "ok", /metrics_update after 20 ms; no init/],
    [{ took: 20, message: first({ type: "init", data: init }) }, "ok", /own 2, listens to hello/],
    [
      { took: 20, message: first({ type: "init", data: { ...init, protocol: 9 } }) },
      "warn",
      /protocol 9/,
    ],
    [{ took: 4_000, message: first({}) }, "warn", /after 4\.0 s/],
    [{ took: 20 }, "fail", /unreadable/],
    [{}, "warn", /nothing in 10\.0 s/],
    [{ closing: { code: 1008, reason: "no" } }, "fail", /closed with 1008 \(no\)/],
  ])("%#", (change, status, measured) => {
    expect(judgeFirstMessage({ ...waited, ...change })).toMatchObject({
      status,
      measured: expect.stringMatching(measured),
    });
  });

  test.each([
    [1006, /broke off/],
    [1008, /policy/],
    [1011, /failed/],
    [4003, /will not have/],
    [4101, /token/],
    [4203, /overloaded/],
    [1000, /by itself/],
  ])("a close with %i is explained", (code, advice) => {
    const { advice: given } = judgeFirstMessage({ ...waited, closing: { code, reason: "" } });
    expect(given).toMatch(advice);
  });
});

describe("server-sent events", () => {
  test("are read whatever the line ends and wherever the network cuts them", () => {
    const text = ":hello\n\nid: 1\ndata: {\r\ndata:  }\r\n\r\ndata\n\ndata: x\r\rdata: cut";
    for (let size = 1; size <= text.length; size++) {
      const reader = new EventReader();
      for (let from = 0; from < text.length; from += size) {
        reader.take(text.slice(from, from + size), from);
      }
      expect(reader.events.map((event) => event.text)).toEqual(["{\n }", "", "x"]);
    }
  });

  const arriving = (...delays: number[]): Message[] =>
    delays.map((delay, index) => ({
      envelope: { ...message(), timestamp: index * 1000 },
      at: index * 1000 + delay,
    }));
  const judge = (events: Message[] | undefined, frames: Message[] = arriving(5, 5, 5)) =>
    judgeBuffering({ events, frames, encoding: "gzip" });

  test("that come in lumps, or not at all, were held back on the way", () => {
    expect(judge(arriving(5, 6, 5, 9)).status).toBe("ok");
    expect(judge(arriving(3005, 2005, 1005, 5))).toMatchObject({
      status: "warn",
      measured: "held back up to 3.0 s: 4 events in 1 lumps, gzip",
      advice: expect.stringMatching(/proxy_buffering off/),
    });
    expect(judge([]).measured).toMatch(/no event, while the WebSocket brought 3/);
  });

  test("are not blamed for a sender who is late by himself, nor for saying too little", () => {
    expect(judge(arriving(3005, 2005, 1005, 5), arriving(3000, 2000, 1000, 0)).status).toBe("ok");
    expect(judge(arriving(1, 2)).status).toBe("note");
    expect(judge([], []).status).toBe("note");
    expect(judge(undefined).status).toBe("skip");
  });
});

test("the verdict is the worst of the results", () => {
  const result = (status: "ok" | "warn" | "fail") =>
    ({ check: "tcp", status, measured: "" }) as const;
  const plain = (_style: string, text: string): string => text;
  expect(verdictOf([result("ok")])).toBe("ok");
  expect(verdictOf([result("ok"), result("warn")])).toBe("warn");
  expect(verdictOf([result("fail"), result("warn")])).toBe("fail");
  expect(verdictLine([result("fail"), result("warn"), result("warn")], plain)).toBe(
    "fail  1 check failed, 2 warnings",
  );
});

test("docs/cli.md explains every check, in order", () => {
  const doc = readFileSync(new URL("../../../docs/cli.md", import.meta.url), "utf8");
  const table = doc.slice(doc.indexOf("| check |"), doc.indexOf("| `--origin"));
  const named = table.split("\n").flatMap((row) => {
    const [, cell = ""] = row.split("|");
    return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
  });
  expect(named).toEqual(checks);
});
