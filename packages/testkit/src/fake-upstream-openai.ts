import { type Script, sse, tokensOf, type Wanted } from "./fake-upstream-script.ts";

type Json = Record<string, unknown>;

const created = 1_700_000_000;

function usageOf({ script, completion, prompt }: Wanted): Json {
  const { cachedTokens, reasoningTokens, cost } = script;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(cachedTokens === undefined
      ? {}
      : { prompt_tokens_details: { cached_tokens: cachedTokens, audio_tokens: 0 } }),
    ...(reasoningTokens === undefined
      ? {}
      : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
    ...(cost === undefined ? {} : { cost }),
  };
}

function deltasOf(script: Script): Json[] {
  const { toolCall } = script;
  if (toolCall === undefined) return tokensOf(script).map((content) => ({ content }));
  const call = { index: 0, id: "call_1", type: "function" };
  return [
    { tool_calls: [{ ...call, function: { name: toolCall.name, arguments: "" } }] },
    ...toolCall.args.map((text) => ({ tool_calls: [{ index: 0, function: { arguments: text } }] })),
  ];
}

/** A chat completion stream as OpenAI sends it, usage only when it is asked for. */
export function chatStream(wanted: Wanted): string[] {
  const { script, includeUsage, everyChunk } = wanted;
  const model = script.model ?? "gpt-4o-mini-2024-07-18";
  let sent = 0;
  const chunk = (choices: Json[], last?: Json): string => {
    const usage = everyChunk ? usageOf({ ...wanted, completion: sent }) : null;
    const added = includeUsage ? { usage: last ?? usage } : {};
    const id = "chatcmpl-1";
    return sse({ id, object: "chat.completion.chunk", created, model, ...added, choices });
  };
  const choice = (delta: Json, finish: string | null = null): Json[] => [
    { index: 0, delta, logprobs: null, finish_reason: finish },
  ];
  const events = [chunk(choice({ role: "assistant", content: "" }))];
  for (const delta of deltasOf(script)) {
    sent++;
    events.push(chunk(choice(delta)));
  }
  events.push(chunk(choice({}, script.toolCall === undefined ? "stop" : "tool_calls")));
  if (includeUsage) events.push(chunk([], usageOf(wanted)));
  return [...events, sse("[DONE]")];
}

export function chatBody(wanted: Wanted): Json {
  const { script } = wanted;
  const { toolCall } = script;
  const message =
    toolCall === undefined
      ? { role: "assistant", content: tokensOf(script).join("") }
      : {
          role: "assistant",
          content: null,
          tool_calls: [
            {
              id: "call_1",
              type: "function",
              function: { name: toolCall.name, arguments: toolCall.args.join("") },
            },
          ],
        };
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created,
    model: script.model ?? "gpt-4o-mini-2024-07-18",
    choices: [{ index: 0, message, finish_reason: toolCall ? "tool_calls" : "stop" }],
    ...(script.usage === "never" ? {} : { usage: usageOf(wanted) }),
  };
}

export function completionStream(wanted: Wanted): string[] {
  const { script, includeUsage } = wanted;
  const model = script.model ?? "gpt-3.5-turbo-instruct";
  const chunk = (choices: Json[], usage: Json | null): string => {
    const added = includeUsage ? { usage } : {};
    return sse({ id: "cmpl-1", object: "text_completion", created, choices, model, ...added });
  };
  const events = tokensOf(script).map((text) =>
    chunk([{ text, index: 0, logprobs: null, finish_reason: null }], null),
  );
  events.push(chunk([{ text: "", index: 0, logprobs: null, finish_reason: "length" }], null));
  if (includeUsage) events.push(chunk([], usageOf(wanted)));
  return [...events, sse("[DONE]")];
}

export function embeddingBody(wanted: Wanted): Json {
  return {
    object: "list",
    data: [{ object: "embedding", index: 0, embedding: [0.25, -0.5, 1e-7] }],
    model: wanted.script.model ?? "text-embedding-3-small",
    usage: { prompt_tokens: wanted.prompt, total_tokens: wanted.prompt },
  };
}

export function responseBody(wanted: Wanted, status = "completed"): Json {
  const { script, prompt, completion } = wanted;
  return {
    id: "resp_1",
    object: "response",
    created_at: created,
    model: script.model ?? "gpt-5-2025-08-07",
    status,
    error: null,
    incomplete_details: null,
    output: [
      {
        type: "message",
        id: "msg_1",
        role: "assistant",
        status,
        content: [{ type: "output_text", text: tokensOf(script).join(""), annotations: [] }],
      },
    ],
    usage:
      status !== "completed"
        ? null
        : {
            input_tokens: prompt,
            input_tokens_details: { cached_tokens: script.cachedTokens ?? 0 },
            output_tokens: completion,
            output_tokens_details: { reasoning_tokens: script.reasoningTokens ?? 0 },
            total_tokens: prompt + completion,
          },
  };
}

export function responseStream(wanted: Wanted): string[] {
  let sequence = 0;
  const event = (type: string, fields: Json): string =>
    sse({ type, sequence_number: sequence++, ...fields }, type);
  const place = { item_id: "msg_1", output_index: 0, content_index: 0 };
  return [
    event("response.created", { response: responseBody(wanted, "in_progress") }),
    ...tokensOf(wanted.script).map((delta) =>
      event("response.output_text.delta", { ...place, delta, logprobs: [] }),
    ),
    event("response.completed", { response: responseBody(wanted) }),
  ];
}
