import { failureIn } from "./failure.ts";
import { type Fields, fieldsOf, textOf } from "./fields.ts";
import { addDelta, type Reading } from "./reading.ts";
import { readAnthropicUsage } from "./usage.ts";

/** Reads an event of a stream of Anthropic's messages API. */
export function readAnthropicEvent(reading: Reading, event: Fields): void {
  const delta = fieldsOf(event.delta);
  switch (event.type) {
    case "message_start": {
      const message = fieldsOf(event.message);
      reading.model = textOf(message?.model) ?? reading.model;
      reading.responseId = textOf(message?.id) ?? reading.responseId;
      readAnthropicUsage(reading, message?.usage, false);
      break;
    }
    case "content_block_start": {
      const block = fieldsOf(event.content_block);
      addDelta(reading, block?.text);
      if (block?.type === "tool_use") addDelta(reading, block.name);
      break;
    }
    case "content_block_delta":
      addDelta(reading, delta?.text ?? delta?.thinking ?? delta?.partial_json);
      break;
    case "message_delta":
      reading.finishReason = textOf(delta?.stop_reason) ?? reading.finishReason;
      readAnthropicUsage(reading, event.usage, true);
      break;
    case "message_stop":
      reading.ended = true;
      break;
    case "error":
      reading.failure ??= failureIn(event);
      break;
  }
}

/** Reads a whole message. */
export function readAnthropicMessage(reading: Reading, message: Fields): void {
  reading.model = textOf(message.model) ?? reading.model;
  reading.responseId = textOf(message.id) ?? reading.responseId;
  reading.finishReason = textOf(message.stop_reason) ?? reading.finishReason;
  reading.failure ??= failureIn(message);
  readAnthropicUsage(reading, message.usage, true);
  reading.ended = true;
}
