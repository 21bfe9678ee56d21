import { z } from "zod";
import type { Pace } from "../pace.ts";

/** The server does not take what is sent to it, or cannot be reached. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
}

export interface Refusal {
  /** Place in the batch, from 0. */
  readonly index: number;
  readonly error: string;
}

/** A server, and the headers that let one in. */
export interface Addressee {
  readonly baseUrl: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

const answer = z.object({
  rejected: z.array(z.object({ index: z.int(), error: z.string() })),
});

const problem = z.object({ detail: z.string() });

/** Longest time without an answer before giving up, ms: a server restarts well within. */
const patience = 60_000;
const firstDelay = 100;
const longestDelay = 5_000;

/** `Retry-After` in seconds, as ms; the date form is not used by the server. */
function askedDelay(response: Response): number {
  return Number(response.headers.get("retry-after") ?? 0) * 1000 || 0;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Posts lines to `/ingest/requests` until the server has them. Their ids stay the same, so what
 * arrived although its answer was lost is counted once.
 *
 * @returns the lines that the server found wrong
 * @throws {DeliveryError}
 */
export async function deliver(
  { baseUrl, headers }: Addressee,
  lines: readonly string[],
  pace: Pace,
  signal: AbortSignal | undefined,
): Promise<readonly Refusal[]> {
  const url = `${baseUrl.replace(/\/$/, "")}/ingest/requests`;
  const until = pace.now() + patience;
  for (let delay = firstDelay; ; delay = Math.min(longestDelay, delay * 2)) {
    signal?.throwIfAborted();
    const sent = await post(url, headers, lines, signal);
    if (Array.isArray(sent)) return sent;
    const wait = Math.max(sent.delay, delay);
    if (pace.now() + wait > until) {
      throw new DeliveryError(`${url} took nothing for ${patience / 1000} s: ${sent.reason}`);
    }
    await pace.sleep(wait, signal);
  }
}

interface Retry {
  readonly reason: string;
  readonly delay: number;
}

async function post(
  url: string,
  headers: Readonly<Record<string, string>> | undefined,
  lines: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Refusal[] | Retry> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson", ...headers },
      body: `${lines.join("\n")}\n`,
      ...(signal === undefined ? {} : { signal }),
    });
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { reason: cause instanceof Error ? cause.message : String(cause), delay: 0 };
  }
  const body = parsed(text);
  // Also of a batch in which nothing was right, which is answered as a problem.
  const read = answer.safeParse(body);
  if (read.success && response.status < 500) return read.data.rejected;
  const detail = problem.safeParse(body).data?.detail ?? response.statusText;
  const reason = `${response.status} ${detail}`;
  if (response.status === 429 || response.status >= 500) {
    return { reason, delay: Math.min(askedDelay(response), longestDelay * 2) };
  }
  throw new DeliveryError(`${url} answered ${reason}`);
}
