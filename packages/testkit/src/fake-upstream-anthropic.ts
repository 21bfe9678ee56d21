import { type Script, sse, tokensOf, type Wanted } from "./fake-upstream-script.ts";

type Json = Record<string, unknown>;

function inputUsage({ script, prompt }: Wanted): Json {
  return {
    input_tokens: prompt - (script.cachedTokens ?? 0) - (script.cacheWriteTokens ?? 0),
    cache_creation_input_tokens: script.cacheWriteTokens ?? 0,
    cache_read_input_tokens: script.cachedTokens ?? 0,
  };
}

function message(wanted: Wanted, fields: Json): Json {
  return {
    id: "msg_01",
    type: "message",
    role: "assistant",
    model: wanted.script.model ?? "claude-sonnet-4-5-20250929",
    ...fields,
  };
}

function stopReason(script: Script): string {
  return script.toolCall === undefined ? "end_turn" : "tool_use";
}

export function messageBody(wanted: Wanted): Json {
  const { script } = wanted;
  const { toolCall } = script;
  const content =
    toolCall === undefined
      ? [{ type: "text", text: tokensOf(script).join("") }]
      : [
          {
            type: "tool_use",
            id: "toolu_1",
            name: toolCall.name,
            input: JSON.parse(toolCall.args.join("")),
          },
        ];
  return message(wanted, {
    content,
    stop_reason: stopReason(script),
    stop_sequence: null,
    usage: { ...inputUsage(wanted), output_tokens: wanted.completion },
  });
}

/** Usage comes in two parts, the second cumulative: twice, so that adding it up shows. */
export function messageStream(wanted: Wanted): string[] {
  const { script, completion } = wanted;
  const { toolCall } = script;
  const event = (fields: Json & { type: string }): string => sse(fields, fields.type);
  const usage = { ...inputUsage(wanted), output_tokens: 1 };
  const start = { content: [], stop_reason: null, stop_sequence: null, usage };
  const block = toolCall
    ? { type: "tool_use", id: "toolu_1", name: toolCall.name, input: {} }
    : { type: "text", text: "" };
  const deltas = toolCall
    ? toolCall.args.map((text) => ({ type: "input_json_delta", partial_json: text }))
    : tokensOf(script).map((text) => ({ type: "text_delta", text }));
  const delta = { stop_reason: stopReason(script), stop_sequence: null };
  return [
    event({ type: "message_start", message: message(wanted, start) }),
    event({ type: "content_block_start", index: 0, content_block: block }),
    event({ type: "ping" }),
    ...deltas.map((each) => event({ type: "content_block_delta", index: 0, delta: each })),
    event({ type: "content_block_stop", index: 0 }),
    event({ type: "message_delta", delta: {}, usage: { output_tokens: completion - 1 } }),
    event({ type: "message_delta", delta, usage: { output_tokens: completion } }),
    event({ type: "message_stop" }),
  ];
}
