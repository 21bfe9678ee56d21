import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { chatCall, raw, startProxy, startServer, upstreamAt } from "./proxy-harness.ts";

const line = (fields: object): string => `${JSON.stringify({ model: "llama3.2", ...fields })}\n`;
const counts = { done: true, done_reason: "stop", prompt_eval_count: 26, eval_count: 3 };

/** Answers as Ollama does: a stream unless told otherwise. */
const ollama = createServer((request, response) => {
  void buffer(request).then((body) => answer(request, response, JSON.parse(body.toString())));
});

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  asked: { model: string; stream?: boolean },
): void {
  if (asked.model === "missing") {
    response.writeHead(404, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: "model 'missing' not found" }));
  } else if (request.url === "/api/embed") {
    response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
    response.end(line({ embeddings: [[0.1, 0.2]], total_duration: 14, prompt_eval_count: 8 }));
  } else if (asked.stream === false) {
    response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
    response.end(line({ message: { role: "assistant", content: "Hello" }, ...counts }));
  } else {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    const words = ["Hel", "lo", "!"].map((content) => line({ message: { content }, done: false }));
    // Cut where lines do not end.
    const text = [...words, line({ message: { content: "" }, ...counts })].join("");
    for (let at = 0; at < text.length; at += 50) response.write(text.slice(at, at + 50));
    response.end();
  }
}

describe("[P13] Ollama's own API", () => {
  const call = { model: "llama3.2", messages: [{ role: "user", content: "hi" }] };
  const start = async () =>
    startProxy({}, { upstreams: [upstreamAt("ollama", await startServer(ollama))] });

  it("a stream that nobody had to ask for: bytes, first token, counts", async () => {
    const { url, intake } = await start();
    const answer = await raw(`${url}/ollama/api/chat`, call);
    expect(answer.body.toString().trim().split("\n")).toHaveLength(4);
    const event = await intake.event();
    expect(event).toMatchObject({
      model: "llama3.2",
      provider: "ollama",
      status: "success",
      streaming: true,
      usage: { input: 26, output: 3 },
      usageQuality: "reported",
      finishReason: "stop",
      endpoint: "/api/chat",
    });
    expect(event.ttftMs).not.toBeNull();
  });
  it("a whole answer, embeddings, an error", async () => {
    const { url, intake } = await start();
    await raw(`${url}/ollama/api/chat`, { ...call, stream: false });
    await raw(`${url}/ollama/api/embed`, { model: "llama3.2", input: "hi" });
    await raw(`${url}/ollama/api/generate`, { model: "missing", prompt: "hi" });
    expect(await intake.event(0)).toMatchObject({
      streaming: false,
      usage: { input: 26, output: 3 },
    });
    expect(await intake.event(1)).toMatchObject({
      streaming: false,
      usage: { input: 8, output: 0 },
    });
    expect(await intake.event(2)).toMatchObject({
      status: "error",
      statusCode: 404,
      failure: { message: "model 'missing' not found" },
    });
  });
  it("a stream that ends too early is told so", async () => {
    const cut = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/x-ndjson" });
      response.end(line({ message: { content: "Hel" }, done: false }));
    });
    const { url, intake } = await startProxy(
      {},
      { upstreams: [upstreamAt("ollama", await startServer(cut))] },
    );
    await raw(`${url}/ollama/api/chat`, call);
    expect(await intake.event()).toMatchObject({
      status: "error",
      usageQuality: "estimated",
      failure: { type: "incomplete_stream" },
    });
  });
});

it("[P13] Azure's paths: the deployment in the path, the model in the answer", async () => {
  const { url, intake, fake } = await startProxy();
  await raw(`${url}/openai/openai/deployments/prod-large/chat/completions?api-version=2025-01-01`, {
    messages: chatCall.messages,
  });
  expect(fake.received[0]?.url).toContain("/openai/deployments/prod-large/chat/completions");
  expect(await intake.event()).toMatchObject({
    model: "gpt-4o-mini-2024-07-18",
    status: "success",
    usageQuality: "reported",
  });
});

describe("[P13] events and answers too large to hold are counted by their ends", () => {
  const usage = {
    input_tokens: 40,
    input_tokens_details: { cached_tokens: 10 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 2 },
    total_tokens: 47,
  };
  const image = "A".repeat(300_000);
  const quoted = 'He said \\"usage\\":{\\"input_tokens\\":1}';
  const whole = `{"id":"resp_1","object":"response","status":"completed","model":"gpt-5","output":[{"result":"${image}"},{"text":"${quoted}"}],"service_tier":"default","usage":${JSON.stringify(usage)},"user":null}`;
  const events = [
    `data: {"type":"response.created","response":{"id":"resp_1","model":"gpt-5","status":"in_progress"}}\n\n`,
    `data: {"type":"response.output_text.delta","delta":"Hi"}\n\n`,
    `event: response.completed\ndata: {"type":"response.completed","sequence_number":3,"response":${whole}}\n\n`,
  ].join("");
  const server = createServer((request, response) => {
    const streamed = request.url?.includes("stream") === true;
    response.writeHead(200, {
      "content-type": streamed ? "text/event-stream" : "application/json",
    });
    response.end(streamed ? events : whole);
  });
  const counted = { model: "gpt-5", usage: { input: 30, cacheRead: 10, output: 7, reasoning: 2 } };
  const limits = { maxEventBytes: 100_000, maxAnswerBytes: 100_000 };

  it.each([
    ["streamed", "v1/responses?stream", { model: "gpt-5", stream: true, input: "hi" }],
    ["whole", "v1/responses", { model: "gpt-5", input: "hi" }],
  ])("%s", async (_, path, body) => {
    const upstreams = [upstreamAt("big", await startServer(server))];
    const { url, intake } = await startProxy({}, { upstreams, ...limits });
    const answer = await raw(`${url}/big/${path}`, body);
    expect(answer.body.length).toBeGreaterThan(300_000);
    expect(await intake.event()).toMatchObject({
      ...counted,
      status: "success",
      usageQuality: "reported",
      responseId: "resp_1",
    });
  });
});

describe("[P14] the network's own proxy", () => {
  const before = { ...process.env };
  afterEach(() => {
    for (const name of ["http_proxy", "HTTP_PROXY", "NO_PROXY", "no_proxy"])
      delete process.env[name];
    Object.assign(process.env, before);
  });
  const tunnels: string[] = [];
  const network = async () => {
    tunnels.length = 0;
    const server = createServer((_, response) => response.writeHead(502).end());
    server.on("connect", (request: IncomingMessage, socket: Socket) => {
      tunnels.push(request.url ?? "");
      const [host, port] = (request.url ?? "").split(":");
      const upstream = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on("error", () => socket.destroy());
      socket.on("error", () => upstream.destroy());
    });
    return startServer(server);
  };

  it.each([
    ["HTTP_PROXY is used", "", true],
    ["NO_PROXY excepts", "127.0.0.1", false],
  ])("%s", async (_, except, through) => {
    process.env["HTTP_PROXY"] = await network();
    process.env["NO_PROXY"] = except;
    const { url, intake, fake } = await startProxy();
    const answer = await raw(`${url}/openai/v1/chat/completions`, chatCall);
    expect(answer.status).toBe(200);
    expect(tunnels).toEqual(through ? [new URL(fake.url).host] : []);
    expect(await intake.event()).toMatchObject({ status: "success", usageQuality: "reported" });
  });
});

it("labels of the caller's own go into the request and not to the upstream", async () => {
  const { url, intake, fake } = await startProxy();
  await raw(`${url}/openai/v1/chat/completions`, chatCall, {
    authorization: "Bearer sk-test-secret-0001",
    "x-telltale-key": "checkout",
    "x-telltale-attribute-feature": "refunds",
  });
  const event = await intake.event();
  expect(event).toMatchObject({ apiKey: "checkout", attributes: { feature: "refunds" } });
  expect(JSON.stringify(event)).not.toContain("sk-test");
  expect(JSON.stringify(fake.received[0]?.headers)).not.toContain("x-telltale");
});
