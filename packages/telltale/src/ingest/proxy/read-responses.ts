import { failureIn, failureOf } from "./failure.ts";
import { type Fields, fieldsOf, textOf } from "./fields.ts";
import { addDelta, type Reading } from "./reading.ts";
import { readOpenAiUsage } from "./usage.ts";

/** Reads an event of a stream of OpenAI's responses API, which carries its own type. */
export function readResponsesEvent(reading: Reading, event: Fields): void {
  const type = textOf(event.type) ?? "";
  const response = fieldsOf(event.response);
  if (type === "error") reading.failure ??= failureIn(event);
  // Audio comes as base64, whose length says nothing about tokens.
  if (type.endsWith(".delta") && !type.includes("audio.")) addDelta(reading, event.delta);
  if (response !== null) readResponse(reading, response);
}

/** Reads a response object, whole or as an event carries it. */
export function readResponse(reading: Reading, response: Fields): void {
  reading.model = textOf(response.model) ?? reading.model;
  reading.responseId = textOf(response.id) ?? reading.responseId;
  reading.serviceTier = textOf(response.service_tier) ?? reading.serviceTier;
  readOpenAiUsage(reading, response.usage);
  const status = textOf(response.status);
  const error = fieldsOf(response.error);
  if (error !== null) reading.failure ??= failureOf(error);
  if (status === null || status === "in_progress" || status === "queued") return;
  reading.ended = true;
  reading.finishReason = textOf(fieldsOf(response.incomplete_details)?.reason) ?? status;
}
