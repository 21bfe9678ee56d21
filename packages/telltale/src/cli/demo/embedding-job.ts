import { randomUUID } from "node:crypto";
import { chance, logNormal, type Random } from "./dice.ts";

/** One batch of a job that reports what it did itself, as fields of `request_update`. */
export function embeddingBatch(random: Random, now: number): object[] {
  const size = 1 + Math.floor(random() * 5);
  return Array.from({ length: size }, () => {
    const failed = chance(random, 0.02);
    const tokens = Math.round(logNormal(random, 900, 0.8));
    const latency = Math.round(logNormal(random, 140, 0.5));
    return {
      id: `demo-${randomUUID()}`,
      model: "text-embedding-3-small",
      provider: "openai",
      created: now - latency,
      latency_ms: latency,
      streaming: false,
      status: failed ? "error" : "success",
      ...(failed
        ? {
            error_type: "rate_limit_exceeded",
            error_message: "Rate limit reached for tokens per min (TPM).",
            status_code: 429,
          }
        : { prompt_tokens: tokens, completion_tokens: 0, status_code: 200 }),
      endpoint: "/v1/embeddings",
      service: "document-index",
      organization_id: "team-b",
      demo: true,
    };
  });
}

export async function reportBatch(
  baseUrl: string,
  batch: readonly object[],
  signal: AbortSignal,
  key?: string,
): Promise<void> {
  const response = await fetch(`${baseUrl}/ingest/requests`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(key !== undefined && { "x-telltale-key": key }),
    },
    body: JSON.stringify(batch),
    signal,
  });
  await response.arrayBuffer();
}
