// Sums over requests: totals since the start, rates over ten seconds, averages over five minutes.

const sum = (list, of) => list.reduce((total, entry) => total + (of(entry) ?? 0), 0);
const tokensOf = (request) => request.total_tokens;

export class Totals {
  requests = 0;
  errors = 0;
  prompt = 0;
  completion = 0;
  cost = 0;
  unpriced = 0;
  latency = 0;
  window = [];

  add(request) {
    this.requests++;
    if (request.status === "error") this.errors++;
    this.prompt += request.prompt_tokens ?? 0;
    this.completion += request.completion_tokens ?? 0;
    this.cost += request.cost ?? 0;
    if (request.cost === null) this.unpriced++;
    this.latency += request.latency_ms;
    this.window.push({ ...request, ended: Date.now() });
  }

  /** What the service and each of its models have in common. */
  figures() {
    const now = Date.now();
    this.window = this.window.filter((request) => request.ended > now - 300_000);
    const latest = this.window.filter((request) => request.ended > now - 10_000);
    const share = (of) => sum(this.window, of) / Math.max(1, this.window.length);
    return {
      total_tokens: this.prompt + this.completion,
      total_cost: this.cost,
      unknown_cost_requests: this.unpriced,
      avg_latency_ms: share((request) => request.latency_ms),
      error_rate: share((request) => Number(request.status === "error")),
      requests_per_second: latest.length / 10,
      tokens_per_second: sum(latest, tokensOf) / 10,
    };
  }
}
