import type { RateLimitUpdate } from "@telltale/protocol";
import { type HeaderLines, headerOf } from "./headers.ts";

interface Names {
  readonly unit: string;
  readonly limit: string;
  readonly remaining: string;
  readonly reset: string;
}

const openAi = ["requests", "tokens"].map(
  (unit): Names => ({
    unit,
    limit: `x-ratelimit-limit-${unit}`,
    remaining: `x-ratelimit-remaining-${unit}`,
    reset: `x-ratelimit-reset-${unit}`,
  }),
);

const anthropic = ["requests", "tokens", "input-tokens", "output-tokens"].map(
  (unit): Names => ({
    unit: unit.replace("-", "_"),
    limit: `anthropic-ratelimit-${unit}-limit`,
    remaining: `anthropic-ratelimit-${unit}-remaining`,
    reset: `anthropic-ratelimit-${unit}-reset`,
  }),
);

/**
 * The limits that an answer's headers tell of: OpenAI's (reset in so long) and Anthropic's (reset
 * at a time). Azure sends -1 for what it does not know; that is left out.
 *
 * @param scope What the limits hold for, such as `openai gpt-4o`; the unit is added.
 * @param now Unix ms.
 */
export function rateLimitsIn(
  headers: HeaderLines,
  scope: string,
  provider: string,
  now: number,
): RateLimitUpdate[] {
  const found: RateLimitUpdate[] = [];
  for (const { unit, limit: limitName, remaining: remainingName, reset } of [
    ...openAi,
    ...anthropic,
  ]) {
    const limit = amount(headerOf(headers, limitName));
    const remaining = amount(headerOf(headers, remainingName));
    if (limit === null || limit === 0 || remaining === null) continue;
    const used = ((limit - Math.min(remaining, limit)) / limit) * 100;
    found.push({
      endpoint: `${scope} ${unit}`,
      limit,
      remaining,
      reset_time: resetTime(headerOf(headers, reset), now),
      percentage_used: used,
      provider,
      unit,
    });
  }
  return found;
}

function amount(text: string | null): number | null {
  return text !== null && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Unix ms from a duration (`12ms`, `1s`, `6m0s`, plain seconds) or an RFC 3339 time; else `now`. */
export function resetTime(text: string | null, now: number): number {
  if (text === null) return now;
  if (/^\d+(\.\d+)?$/.test(text)) return now + Number(text) * 1_000;
  if (/^(\d+(\.\d+)?(ms|[smhd]))+$/.test(text)) {
    let sum = 0;
    for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
      sum += Number(value) * (milliseconds[unit ?? ""] ?? 0);
    }
    return now + sum;
  }
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? now : time;
}
