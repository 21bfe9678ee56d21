import type { Answer } from "./answer.ts";
import type { Asked, Wire } from "./wire.ts";

const endings = { stop: "stop", length: "length", tool: "tool_calls" } as const;

function usageOf({ usage }: Answer): object {
  return {
    prompt_tokens: usage.prompt,
    completion_tokens: usage.completion,
    total_tokens: usage.prompt + usage.completion,
    prompt_tokens_details: { cached_tokens: usage.cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function chunk({ id, model, now, includeUsage }: Asked, choices: object[], usage?: object): string {
  const body = {
    id: `chatcmpl-${id}`,
    object: "chat.completion.chunk",
    created: Math.floor(now / 1000),
    model,
    choices,
    ...(includeUsage ? { usage: usage ?? null } : {}),
  };
  return `data: ${JSON.stringify(body)}\n\n`;
}

function choice(delta: object, ending: string | null): object {
  return { index: 0, delta, logprobs: null, finish_reason: ending };
}

function problem(message: string, type: string, code: string | null): object {
  return { error: { message, type, param: null, code } };
}

/** OpenAI chat completions, as its API reference has them. */
export const openai: Wire = {
  path: "/v1/chat/completions",

  headers: (quota, id, now) => {
    const reset = `${Math.max(1, Math.ceil((quota.resetsAt - now) / 1000))}s`;
    return {
      "x-request-id": `req_${id}`,
      "openai-version": "2020-10-01",
      "x-ratelimit-limit-requests": String(quota.requests),
      "x-ratelimit-remaining-requests": String(quota.remainingRequests),
      "x-ratelimit-reset-requests": reset,
      "x-ratelimit-limit-tokens": String(quota.tokens),
      "x-ratelimit-remaining-tokens": String(quota.remainingTokens),
      "x-ratelimit-reset-tokens": reset,
    };
  },

  failure: (mishap) => {
    if (mishap === "rate-limit") {
      const message = "Rate limit reached for requests per min (RPM). Please try again later.";
      return { status: 429, body: problem(message, "requests", "rate_limit_exceeded") };
    }
    if (mishap === "overloaded") {
      const message = "The engine is currently overloaded, please try again later";
      return { status: 503, body: problem(message, "server_error", null) };
    }
    const message = "The server had an error while processing your request";
    return { status: 500, body: problem(message, "server_error", null) };
  },

  whole: (answer, { id, model, now }) => ({
    id: `chatcmpl-${id}`,
    object: "chat.completion",
    created: Math.floor(now / 1000),
    model,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: answer.pieces.join(""), refusal: null },
        logprobs: null,
        finish_reason: endings[answer.ending],
      },
    ],
    usage: usageOf(answer),
    service_tier: "default",
  }),

  opening: (_answer, asked) => [chunk(asked, [choice({ role: "assistant", content: "" }, null)])],
  piece: (text, asked) => chunk(asked, [choice({ content: text }, null)]),
  closing: (answer, asked) => [
    chunk(asked, [choice({}, endings[answer.ending])]),
    ...(asked.includeUsage ? [chunk(asked, [], usageOf(answer))] : []),
    "data: [DONE]\n\n",
  ],
};
