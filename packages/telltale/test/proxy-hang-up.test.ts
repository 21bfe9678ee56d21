import { createServer } from "node:http";
import { request } from "undici";
import { expect, test } from "vitest";
import type { RequestEvent } from "../src/event.ts";
import { startProxy, startServer, upstreamAt } from "./proxy-harness.ts";

const chunk = { id: "chatcmpl-1", model: "gpt-4o-mini-2024-07-18" };
const text = { ...chunk, choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: null }] };
const stop = { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
const usage = { ...chunk, choices: [], usage: { prompt_tokens: 12, completion_tokens: 1 } };
const chat = { model: "gpt-4o-mini", messages: [], stream: true };

/** The event of a call whose caller hangs up once it has read `last`, while the upstream holds the line. */
async function hungUpAt(last: string, events: readonly unknown[]): Promise<RequestEvent> {
  const url = await startServer(
    createServer((incoming, response) => {
      incoming.resume();
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const event of events) {
        response.write(`data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
      }
    }),
  );
  const { url: proxy, intake } = await startProxy({}, { upstreams: [upstreamAt("slow", url)] });
  const answer = await request(`${proxy}/slow/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(chat),
  });
  let heard = "";
  for await (const bytes of answer.body) {
    heard += String(bytes);
    if (heard.includes(last)) break;
  }
  return intake.event();
}

test("[P4] a caller that hangs up at the end of a stream has not cancelled it", async () => {
  expect(await hungUpAt("[DONE]", [text, stop, usage, "[DONE]"])).toMatchObject({
    status: "success",
    failure: null,
    finishReason: "stop",
    usage: { input: 12, output: 1 },
    usageQuality: "reported",
  });
});

test("[P4] nor one that leaves at the finish reason, though the usage is an estimate then", async () => {
  expect(await hungUpAt('"stop"', [text, stop])).toMatchObject({
    status: "success",
    failure: null,
    finishReason: "stop",
    usage: { output: 1 },
    usageQuality: "estimated",
  });
});

test("[P4] one that hangs up at an error event tells of the error", async () => {
  const error = { error: { message: "The engine died", type: "server_error" } };
  expect(await hungUpAt("died", [text, error])).toMatchObject({
    status: "error",
    failure: { type: "server_error", message: "The engine died" },
    usageQuality: "estimated",
  });
});
