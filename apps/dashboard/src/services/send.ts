import { problemIn, RestError } from "./rest.ts";
import { noteAnswer } from "./rest-health.ts";

/**
 * Changes something on the server; `body` is sent as JSON.
 *
 * @throws {RestError} with the part of the body that was wrong, where the server named one.
 */
export async function send(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new RestError(0, "The server did not answer.");
  }
  if (answer.status === 204) return null;
  const said: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && said !== undefined) return said;
  if (answer.status === 401 && !path.endsWith("/session")) noteAnswer(401, "");
  const message = problemIn(said) ?? `The server answered ${answer.status}.`;
  throw new RestError(answer.status, message, placeIn(said));
}

/** Where in the body that was sent the problem is. */
function placeIn(said: unknown): string | undefined {
  if (typeof said !== "object" || said === null || !("path" in said)) return undefined;
  return typeof said.path === "string" && said.path !== "" ? said.path : undefined;
}
