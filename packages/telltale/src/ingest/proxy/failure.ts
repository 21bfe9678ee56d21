import { cut, limits, type RequestFailure } from "../../event.ts";
import { type Fields, fieldsOf, textOf } from "./fields.ts";

/**
 * The failure that an answer's JSON tells of, null when it tells of none. Shapes: OpenAI
 * `{error: {message, type, code}}`, Anthropic `{type: "error", error: {type, message}}`, vLLM
 * `{object: "error", message, type, code}`, Google `{error: {code: 429, status, message}}`, plain `{error: "..."}`, `{detail: "..."}`.
 */
export function failureIn(answer: Fields): RequestFailure | null {
  const error = answer.error;
  const fields = fieldsOf(error);
  if (fields !== null) return failureOf(fields);
  if (typeof error === "string") return failureOf({ message: error });
  if (answer.object === "error" || answer.type === "error") return failureOf(answer);
  return null;
}

/** A failure from the object that describes it; a code says more than a type where it is a word. */
export function failureOf(error: Fields): RequestFailure {
  const type = error.type === "error" ? null : textOf(error.type);
  const code = textOf(error.code);
  const number = typeof error.code === "number" ? String(error.code) : null;
  return {
    type: cut(code ?? type ?? textOf(error.status) ?? number ?? "error", limits.label),
    message: cut(textOf(error.message) ?? "The upstream gave no message", limits.message),
  };
}

/** The failure of an answer with an error status, from its body where that can be read. */
export function failureOfStatus(status: number, body: Fields | null): RequestFailure {
  const told = body === null ? null : failureIn(body);
  const detail = body === null ? null : (textOf(body.message) ?? textOf(body.detail));
  if (told === null) {
    const message = detail ?? `The upstream answered with HTTP status ${status}`;
    return { type: String(status), message: cut(message, limits.message) };
  }
  return told.type === "error" ? { ...told, type: String(status) } : told;
}

/** `failure` with the caller's own credentials taken out of its message: some servers echo them. */
export function redacted(failure: RequestFailure, secrets: readonly string[]): RequestFailure {
  let message = failure.message.replace(/\bsk-[\w-]{6,}/g, "[key]");
  for (const secret of secrets) {
    if (secret.length >= 4) message = message.replaceAll(secret, "[key]");
  }
  return { ...failure, message };
}
