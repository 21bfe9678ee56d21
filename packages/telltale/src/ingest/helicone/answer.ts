import { type Fields, fieldsOf, jsonOf, textOf } from "../proxy/fields.ts";
import { readAnthropicEvent, readAnthropicMessage } from "../proxy/read-anthropic.ts";
import { readOpenAi } from "../proxy/read-openai.ts";
import { readResponse, readResponsesEvent } from "../proxy/read-responses.ts";
import type { Reading } from "../proxy/reading.ts";
import { readOpenAiUsage } from "../proxy/usage.ts";

const anthropicEvent = /^(message_|content_block_|ping$|error$)/;

/** Reads an answer, or an event of one, whose API nobody named, by its shape. */
export function readJson(reading: Reading, answer: Fields): void {
  const type = textOf(answer.type) ?? "";
  if (answer.object === "response") readResponse(reading, answer);
  else if (type.startsWith("response.")) readResponsesEvent(reading, answer);
  else if (type === "message") readAnthropicMessage(reading, answer);
  else if (anthropicEvent.test(type)) readAnthropicEvent(reading, answer);
  else {
    readOpenAi(reading, answer);
    // Helicone's own form for models of no known provider.
    if (reading.input === null) readOpenAiUsage(reading, answer);
  }
}

/** Reads the text of an answer, or of a stream: events, or JSON a line. */
export function readText(reading: Reading, text: string): void {
  const whole = fieldsOf(jsonOf(text));
  if (whole !== null) {
    readJson(reading, whole);
    return;
  }
  for (const line of text.split("\n")) {
    const json = line.replace(/^data:/, "").trim();
    if (!json.startsWith("{")) continue;
    const event = fieldsOf(jsonOf(json));
    if (event !== null) readJson(reading, event);
  }
}
