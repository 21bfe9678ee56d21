import type { Answer } from "./answer.ts";
import type { Asked, Wire } from "./wire.ts";

const endings = { stop: "end_turn", length: "max_tokens", tool: "tool_use" } as const;

/** Anthropic counts cached input apart from `input_tokens`. */
function inputOf({ usage }: Answer): object {
  return {
    input_tokens: usage.prompt - usage.cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: usage.cached,
  };
}

function event(data: { readonly type: string; readonly [field: string]: unknown }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function message({ id, model }: Asked, rest: object): object {
  return { id: `msg_${id}`, type: "message", role: "assistant", model, ...rest };
}

function problem(status: number, type: string, text: string): { status: number; body: object } {
  return { status, body: { type: "error", error: { type, message: text } } };
}

/** Anthropic messages, as its API reference has them. */
export const anthropic: Wire = {
  path: "/v1/messages",

  headers: (quota, id) => {
    const reset = new Date(quota.resetsAt).toISOString();
    return {
      "request-id": `req_${id}`,
      "anthropic-ratelimit-requests-limit": String(quota.requests),
      "anthropic-ratelimit-requests-remaining": String(quota.remainingRequests),
      "anthropic-ratelimit-requests-reset": reset,
      "anthropic-ratelimit-tokens-limit": String(quota.tokens),
      "anthropic-ratelimit-tokens-remaining": String(quota.remainingTokens),
      "anthropic-ratelimit-tokens-reset": reset,
    };
  },

  failure: (mishap) => {
    if (mishap === "rate-limit") {
      return problem(429, "rate_limit_error", "This request would exceed your rate limit");
    }
    if (mishap === "overloaded") return problem(529, "overloaded_error", "Overloaded");
    return problem(500, "api_error", "Internal server error");
  },

  whole: (answer, asked) =>
    message(asked, {
      content: [{ type: "text", text: answer.pieces.join("") }],
      stop_reason: endings[answer.ending],
      stop_sequence: null,
      usage: { ...inputOf(answer), output_tokens: answer.usage.completion },
    }),

  opening: (answer, asked) => [
    event({
      type: "message_start",
      message: message(asked, {
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...inputOf(answer), output_tokens: 1 },
      }),
    }),
    event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    event({ type: "ping" }),
  ],
  piece: (text) =>
    event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }),
  closing: (answer) => [
    event({ type: "content_block_stop", index: 0 }),
    event({
      type: "message_delta",
      delta: { stop_reason: endings[answer.ending], stop_sequence: null },
      usage: { output_tokens: answer.usage.completion },
    }),
    event({ type: "message_stop" }),
  ],
};
