import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { baseOf, targetOf } from "../src/ingest/proxy/target.ts";
import { startProxy } from "./proxy-harness.ts";

const base = baseOf("nested", "https://host.example/base/v2/");

describe("the path on the upstream", () => {
  const kept = [
    "/v1/chat/completions",
    "/v1/models?limit=2&after=a%2Fb",
    "/v1/models/meta-llama%2FLlama-3.1-8B",
    "/v1/a..b/...c/.well-known",
    "/v1/files/x%20y%C3%A9",
    "/v1//double",
    "/v1/redirect?to=../../etc",
    "/v1/100%25",
    "/",
    "",
    "?a=1",
  ];
  for (const path of kept) {
    it(`stays as written: ${path}`, () => expect(targetOf(base, path)).toBe(`/base/v2${path}`));
  }

  it("is never empty", () => {
    const root = baseOf("root", "http://host.example");
    expect(targetOf(root, "")).toBe("/");
    expect(targetOf(root, "?a=1")).toBe("/?a=1");
  });

  const refused = [
    "/..",
    "/../admin",
    "/v1/../../admin",
    "/v1/./x",
    "/v1/..?x",
    "/%2e%2e/admin",
    "/%2E%2e/admin",
    "/.%2e/admin",
    "/..%2fadmin",
    "/v1%2f..%2f..%2fadmin",
    "/v1/..%5cadmin",
    "/%252e%252e/admin",
    "/%25252e%25252e/admin",
    "/%2525252525252e./admin",
    "/..;/admin",
    "/%2e%2e;a=b/admin",
    "/%c0%ae%c0%ae/admin",
    "/..\\admin",
    "/v1\\..\\admin",
    "\\evil.example",
    "//evil.example/v1",
    "//evil.example@host/v1",
    "/%2fevil.example",
    "/%5cevil.example",
    "http://evil.example/v1",
    "@evil.example/v1",
    ":80/v1",
    ".evil.example/",
    "v1/models",
    "/v1/x#fragment",
    "/v1/ä",
    "/v1/a b",
    "/v1/a\r\nHost: evil.example",
    "/v1/a\u0000",
  ];
  for (const path of refused) {
    it(`is refused: ${JSON.stringify(path)}`, () => expect(targetOf(base, path)).toBeNull());
  }

  it("needs an address that can be forwarded to", () => {
    for (const url of ["host:80", "ftp://host", "/v1", "", "http://"]) {
      expect(() => baseOf("mine", url)).toThrow(/The address of the upstream "mine"/);
    }
  });

  it("[P6] reaches nothing when it is refused, and says why", async () => {
    const { port, fake } = await startProxy();
    for (const path of ["/../x", "//evil.example/", "/%2e%2e/x", "/..%2fx", "/a/..\\x"]) {
      const socket = connect(port, "127.0.0.1");
      socket.end(`GET /proxy/nested${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      const answer = await text(socket);
      expect(answer).toContain("HTTP/1.1 400 Bad Request");
      expect(answer).toContain('"code":"invalid_proxy_path"');
    }
    expect(fake.received).toEqual([]);
  });

  it("goes below the upstream's own path", async () => {
    const { port, fake } = await startProxy();
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /proxy/nested/v1/x%2Fy?a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await text(socket);
    expect(fake.received[0]?.url).toBe("/base/v1/x%2Fy?a=b");
  });
});
