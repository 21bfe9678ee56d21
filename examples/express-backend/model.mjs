// Stands in for OpenAI, so that the example runs without a key: says one sentence, word by word.
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";

const words = "A telltale shows the sailor what the wind is doing, at once.".split(/(?<= )/);

async function answer(request, response) {
  const { model, messages } = await json(request);
  if (!/^gpt-/.test(model)) {
    response.writeHead(404, { "content-type": "application/json" });
    const error = { message: `There is no model ${model}`, code: "model_not_found" };
    response.end(JSON.stringify({ error }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (fields) => {
    const chunk = { id: "chatcmpl-1", object: "chat.completion.chunk", model, ...fields };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  await wait(100);
  for (const content of words) {
    send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    await wait(30);
  }
  const prompt_tokens = JSON.stringify(messages).split(/\W+/).length;
  const completion_tokens = words.length;
  const total_tokens = prompt_tokens + completion_tokens;
  send({ choices: [], usage: { prompt_tokens, completion_tokens, total_tokens } });
  response.end("data: [DONE]\n\n");
}

/** Starts it on 127.0.0.1; resolves with the base URL for the SDK. */
export async function startModel() {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}/v1`;
}
