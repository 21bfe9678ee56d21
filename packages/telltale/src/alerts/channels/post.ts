import type { Outcome } from "./message.ts";

/** An attempt that takes longer has failed, ms. */
const TIMEOUT = 10_000;
/** Longest wait that a receiver may ask for, ms. */
const MOST_WAIT = 300_000;

/**
 * Posts JSON to an address of the operator's. Redirects are not followed: they would let whoever
 * answers there choose what this server talks to. Of the answer only the status is read.
 */
export async function postJson(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  now: number,
): Promise<Outcome> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      body,
      headers: { ...headers, "content-type": "application/json", "user-agent": "telltale" },
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch (error) {
    return { ok: false, retry: true, detail: reasonOf(error) };
  }
  await response.body?.cancel().catch(() => undefined);
  const { status } = response;
  if (status >= 200 && status < 300) return { ok: true, detail: `answered ${status}` };
  if (status >= 300 && status < 400) {
    return {
      ok: false,
      retry: false,
      detail: `answered ${status}: redirects are not followed; configure the address it leads to`,
    };
  }
  const retryAfter = waitOf(response.headers.get("retry-after"), now);
  return {
    ok: false,
    // 410 is how a receiver says that it is gone for good (Standard Webhooks).
    retry: status !== 410,
    detail: `answered ${status}`,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

function waitOf(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, MOST_WAIT) : undefined;
}

/** The network's own code: a message may hold the address, and that is a secret. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") {
    return `no answer within ${TIMEOUT / 1000} s`;
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "no connection";
  return `could not be reached (${code})`;
}
