import { failureIn } from "./failure.ts";
import { countOf, type Fields, fieldsOf, textOf } from "./fields.ts";
import { addDelta, type Reading } from "./reading.ts";

/**
 * Reads a line of a stream of Ollama's own API (`/api/chat`, `/api/generate`), or a whole answer of
 * it, embeddings included. Counts come with the line that says `done`; without one the cache
 * answered, and a prompt that was in it counts nothing.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 */
export function readOllama(reading: Reading, answer: Fields): void {
  reading.model = textOf(answer.model) ?? reading.model;
  reading.failure ??= failureIn(answer);
  const message = fieldsOf(answer.message);
  addDelta(reading, message?.content);
  addDelta(reading, message?.thinking);
  addDelta(reading, answer.response);
  const prompt = countOf(answer.prompt_eval_count);
  const output = countOf(answer.eval_count);
  const embedded = prompt !== null && answer.done === undefined && message === null;
  if (answer.done !== true && !embedded) return;
  reading.ended = true;
  reading.finishReason = textOf(answer.done_reason) ?? reading.finishReason;
  if (prompt === null && output === null) return;
  reading.input = { input: prompt ?? 0, cacheRead: 0, cacheWrite: 0 };
  reading.output = output ?? 0;
}
