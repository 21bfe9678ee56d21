import { createServer } from "node:http";
import { connect } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { request } from "undici";
import { describe, expect, it } from "vitest";
import { headerOf } from "../src/ingest/proxy/headers.ts";
import { chatCall, latch, raw, startProxy, startServer, upstreamAt } from "./proxy-harness.ts";

const chat = "/openai/v1/chat/completions";

describe("what the upstream is sent", () => {
  it("is the caller's headers without those of the hop and ours, Host rewritten", async () => {
    const { port, fake, intake } = await startProxy();
    const body = JSON.stringify(chatCall);
    const socket = connect(port, "127.0.0.1");
    socket.write(
      [
        `POST /proxy${chat}?api-version=1 HTTP/1.1`,
        "Host: telltale.example",
        "Connection: close, X-Hop",
        "X-Hop: 1",
        "TE: trailers",
        "Proxy-Authorization: Basic abc",
        "Expect: 100-continue",
        "Accept-Encoding: gzip, br",
        "X-API-Key: key-1",
        "X-Telltale-User: ada",
        "X-Telltale-Organization: acme",
        "X-Telltale-Service: shop",
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "X-MiXed: a",
        "X-MiXed: b",
        `Content-Length: ${body.length}`,
        "",
        body,
      ].join("\r\n"),
    );
    const answer = await text(socket);
    expect(answer).toContain("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK");
    const { headers, url, body: sent } = fake.received[0] ?? { headers: [], url: "", body: "" };
    expect(url).toBe("/v1/chat/completions?api-version=1");
    expect(String(sent)).toBe(body);
    const pairs = headers
      .map((name, i) => `${name}: ${headers[i + 1]}`)
      .filter((_, i) => i % 2 === 0);
    expect(pairs).toEqual([
      `host: ${new URL(fake.url).host}`,
      "connection: keep-alive",
      "X-API-Key: key-1",
      "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      "X-MiXed: a",
      "X-MiXed: b",
      "accept-encoding: identity",
      `content-length: ${body.length}`,
    ]);
    expect(await intake.event()).toMatchObject({
      userId: "ada",
      organizationId: "acme",
      service: "shop",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      endpoint: "/v1/chat/completions",
    });
  });

  it("is the body byte for byte", async () => {
    const { url, fake } = await startProxy();
    const body = '{ "model":"m", "seed": 9007199254740993, "messages":[], "x":"\\u00e9é" }\n';
    await raw(url + chat, body);
    expect(String(fake.received[0]?.body)).toBe(body);
  });

  it("is a compressed body as it is, or in plain text when usage is asked for", async () => {
    const { url, fake, intake } = await startProxy();
    for (const call of [chatCall, { ...chatCall, stream: true }]) {
      await request(url + chat, {
        method: "POST",
        headers: { "content-type": "application/json", "content-encoding": "gzip" },
        body: gzipSync(JSON.stringify(call)),
      }).then((answer) => answer.body.dump());
    }
    const [whole, stream] = fake.received;
    expect(whole?.body).toEqual(gzipSync(JSON.stringify(chatCall)));
    expect(headerOf(whole?.headers ?? [], "content-encoding")).toBe("gzip");
    expect(JSON.parse(String(stream?.body))).toMatchObject({ stream_options: {} });
    expect(headerOf(stream?.headers ?? [], "content-encoding")).toBeNull();
    // The request's model: this answer could not be understood by a server that reads no gzip.
    expect((await intake.event(0)).status).toBe("success");
  });

  it("is a body of any size for other paths, as it comes", async () => {
    const first = latch();
    let length = 0;
    const upstream = await startServer(
      createServer((incoming, response) => {
        incoming.on("data", (chunk) => {
          length += chunk.length;
          first.open();
        });
        incoming.on("end", () => response.end(String(length)));
      }),
    );
    const upstreams = [upstreamAt("raw", upstream)];
    const { url } = await startProxy({}, { maxBodyBytes: 1_000, upstreams });
    const chunk = Buffer.alloc(100_000);
    const answer = await request(`${url}/raw/v1/files`, {
      method: "POST",
      body: Readable.from(
        (async function* () {
          yield chunk;
          // Nothing more until the upstream has seen the beginning.
          await first.opened;
          for (let i = 1; i < 50; i++) yield chunk;
        })(),
      ),
    });
    expect(await answer.body.text()).toBe("5000000");
  });

  it("survives an upstream that answers before it has read the body", async () => {
    const upstream = await startServer(
      createServer((_, response) => {
        response.writeHead(413, { "content-length": "3" });
        response.end("big");
      }),
    );
    const { url } = await startProxy({}, { upstreams: [upstreamAt("raw", upstream)] });
    const answer = await request(`${url}/raw/v1/files`, {
      method: "POST",
      body: Buffer.alloc(3_000_000),
    });
    expect([answer.statusCode, await answer.body.text()]).toEqual([413, "big"]);
  });

  it("is nothing when an inference body is too large", async () => {
    const { url, fake, intake } = await startProxy({}, { maxBodyBytes: 1_000 });
    const large = JSON.stringify({ ...chatCall, user: "x".repeat(2_000) });
    const declared = await raw(url + chat, large);
    expect(declared.status).toBe(413);
    expect(declared.headers["content-type"]).toContain("application/problem+json");
    expect(JSON.parse(String(declared.body))).toMatchObject({
      status: 413,
      code: "body_too_large",
      detail: expect.stringContaining("1000 bytes"),
    });
    const chunked = await request(url + chat, { method: "POST", body: Readable.from([large]) });
    expect(chunked.statusCode).toBe(413);
    await chunked.body.dump();
    expect([fake.received.length, intake.shown.length]).toEqual([0, 0]);
  });

  it("is any method", async () => {
    const { url, fake } = await startProxy();
    for (const method of ["GET", "DELETE", "PATCH", "PUT", "OPTIONS", "HEAD"] as const) {
      const answer = await request(`${url}/openai/v1/things/7`, { method });
      await answer.body.dump();
      expect(answer.statusCode).toBe(200);
    }
    expect(fake.received.map(({ method }) => method)).toEqual([
      "GET",
      "DELETE",
      "PATCH",
      "PUT",
      "OPTIONS",
      "HEAD",
    ]);
  });

  it("is passed on though it is no JSON; the answer is the upstream's", async () => {
    const { url, fake, intake } = await startProxy({ status: 400, body: { error: "not JSON" } });
    const answer = await raw(url + chat, '{"model": oops');
    expect(String(answer.body)).toBe('{"error":"not JSON"}');
    expect(String(fake.received[0]?.body)).toBe('{"model": oops');
    expect(await intake.event()).toMatchObject({
      model: "unknown",
      status: "error",
      failure: { type: "400", message: "not JSON" },
    });
  });
});
