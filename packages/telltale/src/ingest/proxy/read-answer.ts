import type { Dialect } from "./endpoint.ts";
import { failureIn, failureOfStatus } from "./failure.ts";
import { type Fields, fieldsOf, jsonOf } from "./fields.ts";
import { memberValue, objectAt } from "./json-members.ts";
import { readAnthropicEvent, readAnthropicMessage } from "./read-anthropic.ts";
import { readOllama } from "./read-ollama.ts";
import { readOpenAi } from "./read-openai.ts";
import { readResponse, readResponsesEvent } from "./read-responses.ts";
import type { Reading } from "./reading.ts";
import { dataOf, type SseBlock } from "./sse.ts";

/** Reads one server-sent event. */
export function readEvent(reading: Reading, dialect: Dialect, block: SseBlock): void {
  const text = dataOf(block).toString("utf8");
  if (text === "[DONE]") {
    reading.ended = true;
    return;
  }
  const event = fieldsOf(jsonOf(text));
  if (event === null) return;
  reading.events++;
  if (block.event === "error") reading.failure ??= failureIn(event) ?? failureIn({ error: event });
  switch (dialect) {
    case "chat":
    case "completions":
    case "embeddings":
      readOpenAi(reading, event);
      break;
    case "responses":
      readResponsesEvent(reading, event);
      break;
    case "ollama":
      readOllama(reading, event);
      break;
    case "messages":
      readAnthropicEvent(reading, event);
      break;
  }
}

/** Reads a whole JSON answer of HTTP status `status`. */
export function readBody(reading: Reading, dialect: Dialect, status: number, body: Buffer): void {
  const answer = smallMembers(body);
  // A redirect is no answer either: the caller will call somebody else.
  if (status >= 300) {
    reading.failure = failureOfStatus(status, answer);
    return;
  }
  if (answer === null) return;
  reading.events++;
  switch (dialect) {
    case "chat":
    case "completions":
    case "embeddings":
      readOpenAi(reading, answer);
      break;
    case "responses":
      readResponse(reading, answer);
      break;
    case "ollama":
      readOllama(reading, answer);
      break;
    case "messages":
      readAnthropicMessage(reading, answer);
      break;
  }
}

const unread = new Set(["data", "output", "content", "embedding", "embeddings", "context"]);

/** The members that accounting looks at; vectors, images and long texts are not even parsed. */
function smallMembers(body: Buffer): Fields | null {
  // Gemini answers errors as a list of one.
  const list = /^\s*\[/.exec(body.toString("latin1", 0, 64))?.[0].length;
  const object = objectAt(body, list);
  if (object === null) return null;
  const fields: Record<string, unknown> = Object.create(null);
  for (const member of object.members) {
    const { key } = member;
    if (unread.has(key)) continue;
    fields[key] = memberValue(body, member);
  }
  return fields;
}
