import type { RateLimitUpdate } from "@telltale/protocol";
import { fieldsOf } from "../proxy/fields.ts";
import { type Reports, readReports } from "../reports.ts";
import { readCall } from "./call.ts";
import { rateLimitsOf } from "./rate-limits.ts";

export interface LitellmBody extends Reports {
  /** What the answers' headers said, the newest of each limit. */
  readonly rateLimits: readonly RateLimitUpdate[];
}

/**
 * Reads what LiteLLM's generic callback posts: one `StandardLoggingPayload`, an array of them, or one a
 * line; its content type is `application/json` for all three.
 *
 * @param parse JSON within the server's limits; throws SyntaxError
 * @throws {ReportsError} when nothing of it can be read
 * @see https://docs.litellm.ai/docs/proxy/logging_spec
 */
export function readLitellmBody(
  text: string,
  parse: (text: string) => unknown,
  now: number,
): LitellmBody {
  const rateLimits = new Map<string, RateLimitUpdate>();
  const reports = readReports(text, parse, (item) => {
    const payload = fieldsOf(item);
    if (payload !== null) {
      for (const update of rateLimitsOf(payload, now)) rateLimits.set(update.endpoint, update);
    }
    return readCall(item, now);
  });
  return { ...reports, rateLimits: [...rateLimits.values()] };
}
