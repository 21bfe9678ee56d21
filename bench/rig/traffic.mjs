// Messages as a busy service would push them.
const models = Array.from({ length: 10 }, (_, n) => `model-${n}`);

export function metricsOf(number) {
  return {
    total_requests: number,
    total_tokens: 120 * number,
    total_cost: 0.001 * number,
    avg_latency_ms: 300 + (number % 100) / 3,
    error_rate: 0.01,
    streaming_percentage: 50,
    requests_per_second: 1000 + (number % 7),
    tokens_per_second: 120_000,
    active_connections: 1,
  };
}

function modelOf(number) {
  const model = models[number % models.length];
  return {
    model,
    request_count: number,
    total_prompt_tokens: 100 * number,
    total_completion_tokens: 20 * number,
    total_tokens: 120 * number,
    total_latency_ms: 300 * number,
    error_count: 1,
    avg_latency_ms: 300 + (number % 100) / 3,
    error_rate: 0.01,
    total_cost: 0.001 * number,
    tokens_per_second: 12_000,
  };
}

function requestOf(number) {
  return {
    id: `request-${number}`,
    model: models[number % models.length],
    created: Date.now(),
    prompt_tokens: 100,
    completion_tokens: number % 200,
    total_tokens: 100 + (number % 200),
    latency_ms: 200 + (number % 300),
    streaming: true,
    status: "success",
    cost: 0.00001 * (number % 90),
  };
}

function errorOf(number) {
  const error = { error_type: "rate_limit", error_message: `Too many (${number})` };
  return { ...error, severity: "medium", model: models[0], timestamp: Date.now() };
}

/** Of twenty messages: fourteen requests, three models, two of the service, one error. */
const mix = [
  ...Array.from({ length: 14 }, () => ["request_update", requestOf]),
  ...Array.from({ length: 3 }, () => ["model_update", modelOf]),
  ["metrics_update", metricsOf],
  ["error_update", errorOf],
  // The last one, so that a multiple of twenty ends with the figure that the page waits for.
  ["metrics_update", metricsOf],
];

export function text(type, data) {
  return JSON.stringify({ type, timestamp: Date.now(), data });
}

/** The message of this number, from 1. */
export function messageOf(number) {
  const [type, of] = mix[(number - 1) % mix.length];
  return text(type, of(number));
}

/**
 * Sends so many messages a second for so long. Resolves with the number of the last.
 *
 * @param flush time between frames that hold all messages due by then, ms; without it each
 * message is a frame of its own
 */
export function pour(socket, perSecond, seconds, flush) {
  const total = Math.round((perSecond * seconds) / mix.length) * mix.length;
  const begin = performance.now();
  let sent = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, ((performance.now() - begin) / 1000) * perSecond);
      const texts = [];
      while (sent < due) texts.push(messageOf(++sent));
      if (flush) socket.send(`[${texts}]`);
      else for (const one of texts) socket.send(one);
      if (sent < total) return;
      clearInterval(timer);
      resolve(total);
    }, flush ?? 4);
  });
}
