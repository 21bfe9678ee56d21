// From requests to the figures of the stream: the service as a whole, and each of its models.
import { Totals } from "./totals.mjs";

export class Meter {
  #all = new Totals();
  #models = new Map();

  add(request) {
    this.#all.add(request);
    if (!this.#models.has(request.model)) this.#models.set(request.model, new Totals());
    this.#models.get(request.model).add(request);
  }

  metrics(active_connections) {
    const figures = this.#all.figures();
    const streaming_percentage = this.#all.window.length > 0 ? 100 : 0;
    const total_requests = this.#all.requests;
    return { total_requests, active_connections, streaming_percentage, ...figures };
  }

  models() {
    return [...this.#models].map(([model, totals]) => ({
      model,
      request_count: totals.requests,
      error_count: totals.errors,
      total_prompt_tokens: totals.prompt,
      total_completion_tokens: totals.completion,
      total_latency_ms: totals.latency,
      ...totals.figures(),
    }));
  }
}
