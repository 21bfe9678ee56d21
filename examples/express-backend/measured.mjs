// The middleware: wraps a streamed call and tells what becomes of it, request by request.
import { randomUUID } from "node:crypto";

/** US dollars per million tokens, in and out. A model that is not here has no known cost. */
const prices = { "gpt-4o-mini": [0.15, 0.6], "gpt-4o": [2.5, 10] };

function costOf({ model, prompt_tokens, completion_tokens }) {
  const price = prices[model];
  if (!price || prompt_tokens === null) return null;
  return (prompt_tokens * price[0] + completion_tokens * price[1]) / 1e6;
}

/** `openai.chat.completions.create`, as a stream of text that is measured. Prompts are not kept. */
export function measured(openai, meter, publish) {
  return async function* complete(call) {
    const started = performance.now();
    const elapsed = () => performance.now() - started;
    const request = {
      id: randomUUID(),
      model: call.model,
      created: Date.now(),
      prompt_tokens: null,
      completion_tokens: null,
      total_tokens: null,
      latency_ms: null,
      cost: null,
      streaming: true,
      status: "in_progress",
    };
    publish("request_update", request);
    try {
      const options = { stream: true, stream_options: { include_usage: true } };
      for await (const chunk of await openai.chat.completions.create({ ...call, ...options })) {
        const { prompt_tokens, completion_tokens, total_tokens } = chunk.usage ?? request;
        Object.assign(request, { prompt_tokens, completion_tokens, total_tokens });
        const text = chunk.choices[0]?.delta.content;
        if (!text) continue;
        request.ttft_ms ??= elapsed();
        yield text;
      }
      request.status = "success";
    } catch (error) {
      Object.assign(request, {
        error_type: error.code ?? error.name,
        error_message: error.message,
      });
      throw error;
    } finally {
      // Neither an answer nor an error: whoever asked has gone.
      if (request.status !== "success") request.status = "error";
      request.error_type ??= request.status === "error" ? "cancelled" : undefined;
      Object.assign(request, { latency_ms: elapsed(), cost: costOf(request) });
      meter.add(request);
      publish("request_update", request);
      if (request.status === "error") publish("error_update", errorOf(request));
    }
  };
}

function errorOf({ id, model, error_type, error_message = "The caller went away" }) {
  const severity = error_type === "cancelled" ? "low" : "high";
  return { error_type, error_message, severity, model, request_id: id, timestamp: Date.now() };
}
