import { describe, expect, test } from "vitest";
import { originPolicy } from "../src/access/origins.ts";

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
  const origins = [
    "null",
    "",
    "http://evil.example",
    "https://evil.example",
    "http://127.0.0.1",
    "http://127.0.0.1:80",
    "http://127.0.0.1:8001",
    "http://127.0.0.1:80000",
    "https://127.0.0.1:8000",
    "ws://127.0.0.1:8000",
    "http://127.0.0.1:8000/",
    "http://127.0.0.1:8000/path",
    "http://127.0.0.1:8000.evil.example",
    "http://127.0.0.1.evil.example:8000",
    "http://evil.example#127.0.0.1:8000",
    "http://127.0.0.1:8000@evil.example",
    "http://user@127.0.0.1:8000",
    "http://user:pass@127.0.0.1:8000",
    "http://127.0.0.2:8000",
    "http://0.0.0.0:8000",
    "http://127.1:8000",
    "http://2130706433:8000",
    "http://0x7f.0.0.1:8000",
    "http://[::ffff:127.0.0.1]:8000",
    "http://localhost.:8000",
    "http://localhost.evil.example:8000",
    "http://evil-localhost:8000",
    "http://LOCALHOST:8000",
    "HTTP://localhost:8000",
    "http://localhost:8000 ",
    " http://localhost:8000",
    "http://localhost:8000, http://evil.example",
    "http://localhost:8000,http://localhost:8000",
    "http://löcalhost:8000",
    "http://xn--lcalhost-n4a:8000",
    "file://",
    "chrome-extension://abcdef",
    "data:",
    "https://metrics.example.com:8443",
    "http://metrics.example.com",
    "https://metrics.example.com.evil.example",
    "https://sub.metrics.example.com",
    "https://METRICS.example.com",
  ];
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
