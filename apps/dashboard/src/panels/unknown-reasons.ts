import type { ModelUpdate, RequestUpdate } from "@/services";

/** Why a request's tokens are not known. */
export function tokensReason(request: RequestUpdate): string {
  if (request.status === "in_progress") return "No token has arrived yet";
  return "Nobody reported the usage of this request";
}

/** Why a request's cost is not known. */
export function costReason(request: RequestUpdate): string {
  if (request.status === "in_progress") return "Known when the request ends";
  if (request.total_tokens === null) return "The usage is unknown, so the cost is";
  return `No price is known for ${request.model}`;
}

/** Why a request's time to first token is not known. */
export function ttftReason(request: RequestUpdate): string {
  if (request.status === "in_progress") return "No token has arrived yet";
  return request.streaming ? "It was not measured" : "Only streamed answers have a first token";
}

/** What a model's sums leave out, if anything. */
export function leftOut(model: ModelUpdate): {
  usage: string | undefined;
  cost: string | undefined;
} {
  const usage = model.unknown_usage_requests ?? 0;
  const cost = model.unknown_cost_requests ?? 0;
  const requests = (n: number): string => (n === 1 ? "1 request" : `${n} requests`);
  return {
    usage: usage > 0 ? `Without ${requests(usage)} whose usage nobody reported` : undefined,
    cost: cost > 0 ? `Without ${requests(cost)} whose price or usage is unknown` : undefined,
  };
}
