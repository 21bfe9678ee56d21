import { describe, expect, test } from "vitest";
import { originPolicy } from "../src/access/origins.ts";
import { foreignOrigins as origins } from "./foreign-origins.ts";

const policy = originPolicy({
  host: "127.0.0.1",
  allowed: ["https://metrics.example.com", "http://localhost:5173"],
});
const ok = (headers: Record<string, string>): boolean => policy.judge(headers).ok;
const HOST = "127.0.0.1:8000";

describe("let in", () => {
  test.each([
    [{ host: HOST }],
    [{ host: "localhost:8000" }],
    [{ host: "[::1]:8000" }],
    [{ host: HOST, origin: "http://127.0.0.1:8000" }],
    [{ host: HOST, origin: "http://localhost:8000" }],
    [{ host: "localhost:9000", origin: "http://localhost:9000" }],
    [{ host: HOST, origin: "http://localhost:5173" }],
    [{ host: HOST, origin: "https://metrics.example.com" }],
    [{ host: "metrics.example.com", origin: "https://metrics.example.com" }],
    [{ host: HOST, "sec-fetch-site": "same-origin" }],
    [{ host: HOST, "sec-fetch-site": "none" }],
    [{ host: HOST, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }],
  ])("%j", (headers) => expect(ok(headers)).toBe(true));
});

describe("refused", () => {
  test.each(origins)("origin %j", (origin) => expect(ok({ host: HOST, origin })).toBe(false));

  test.each(["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "0.0.0.0:8000"])(
    "host %j, as after DNS rebinding",
    (host) => {
      expect(ok({ host })).toBe(false);
      expect(ok({ host, origin: `http://${host}` })).toBe(false);
    },
  );

  test.each(["cross-site", "same-site"])("a read without Origin that is %s", (site) => {
    expect(ok({ host: HOST, "sec-fetch-site": site, "sec-fetch-mode": "no-cors" })).toBe(false);
  });
});

describe("where keys are asked for, on whatever name the server is reached by", () => {
  const open = originPolicy({
    host: "0.0.0.0",
    allowed: ["https://friend.example"],
    anyHost: true,
  });
  const judged = (headers: Record<string, string>): boolean => open.judge(headers).ok;
  const PUBLIC = "metrics.example.org:8000";

  test.each([
    [{ host: PUBLIC }],
    [{ host: PUBLIC, origin: "http://metrics.example.org:8000" }],
    [{ host: PUBLIC, origin: "https://metrics.example.org:8000" }],
    [{ host: "metrics.example.org", origin: "https://metrics.example.org" }],
    [{ host: "METRICS.example.org", origin: "https://metrics.example.org" }],
    [{ host: "192.0.2.7:8000", origin: "http://192.0.2.7:8000" }],
    [{ host: "[2001:db8::1]:8000", origin: "http://[2001:db8::1]:8000" }],
    [{ host: PUBLIC, origin: "https://friend.example" }],
    [{ host: PUBLIC, "sec-fetch-site": "same-origin" }],
  ])("%j is let in", (headers) => expect(judged(headers)).toBe(true));

  // As before, with the name that this server is reached by in the place of the loopback address.
  const foreign = origins.map((origin) =>
    origin
      .replace("127.0.0.1", "metrics.example.org")
      .replace("//localhost:8000", "//localhost:8001"),
  );
  test.each(
    [...new Set(foreign)].filter(
      (origin) => !/^https:\/\/metrics\.example\.org:8000$/.test(origin),
    ),
  )("[A11] origin %j is refused", (origin) => {
    expect(judged({ host: PUBLIC, origin })).toBe(false);
    expect(open.isOwn({ host: PUBLIC, origin })).toBe(false);
  });

  test.each([
    "",
    "a b",
    "evil.example, metrics.example.org",
    "evil.example/",
    "@evil.example",
    "-",
    "a:b",
    "[::1",
    "x:999999",
  ])("[A11] host %j is none", (host) => {
    expect(judged({ host })).toBe(false);
    expect(judged({ host, origin: `http://${host}` })).toBe(false);
  });

  test("[A11] pages that the operator allowed may read, and are not this server's own", () => {
    expect(open.isOwn({ host: PUBLIC, origin: "https://friend.example" })).toBe(false);
    expect(open.isOwn({ host: PUBLIC, "sec-fetch-site": "same-site" })).toBe(false);
    expect(open.isOwn({ host: PUBLIC })).toBe(true);
  });
});
