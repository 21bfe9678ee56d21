// A tiny OpenAI-compatible server, so that the example runs without a key: it answers chat
// completions with a fixed text, word by word, and counts tokens honestly.
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

const words =
  "A telltale shows the sailor what the wind is doing, at once and without a word.".split(/(?<= )/);

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

async function answer(request, response) {
  if (request.method !== "POST" || !request.url.endsWith("/chat/completions")) {
    response.writeHead(404, { "content-type": "application/json" });
    response.end('{"error":{"message":"Only chat completions here","type":"not_found_error"}}');
    return;
  }
  const call = await bodyOf(request);
  const prompt = JSON.stringify(call.messages).split(/\W+/).length;
  const usage = {
    prompt_tokens: prompt,
    completion_tokens: words.length,
    total_tokens: prompt + words.length,
  };
  const head = {
    id: `chatcmpl-${Date.now()}`,
    created: Math.floor(Date.now() / 1000),
    model: call.model,
  };
  await wait(150);
  if (!call.stream) {
    const message = { role: "assistant", content: words.join("") };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...head, object: "chat.completion", choices, usage }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (fields) =>
    response.write(
      `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", ...fields })}\n\n`,
    );
  for (const content of words) {
    send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    await wait(60);
  }
  send({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  if (call.stream_options?.include_usage) send({ choices: [], usage });
  response.end("data: [DONE]\n\n");
}

/** Starts it on 127.0.0.1; resolves once it listens. */
export function startUpstream(port) {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
