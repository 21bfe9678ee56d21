import type {
  ErrorUpdate,
  Init,
  MetricsUpdate,
  ModelUpdate,
  RequestUpdate,
  Snapshot,
} from "@telltale/protocol";

export function message(type: string, data: unknown, sequence?: number): object {
  return { type, timestamp: 1, data, ...(sequence === undefined ? {} : { sequence }) };
}

export function metrics(change: Partial<MetricsUpdate> = {}): MetricsUpdate {
  return {
    total_requests: 1,
    total_tokens: 2,
    total_cost: 0.5,
    avg_latency_ms: 100,
    error_rate: 0,
    streaming_percentage: 50,
    requests_per_second: 1,
    tokens_per_second: 2,
    active_connections: 1,
    ...change,
  };
}

export function model(name: string, change: Partial<ModelUpdate> = {}): ModelUpdate {
  return {
    model: name,
    request_count: 1,
    total_prompt_tokens: 1,
    total_completion_tokens: 1,
    total_tokens: 2,
    total_latency_ms: 100,
    error_count: 0,
    avg_latency_ms: 100,
    error_rate: 0,
    total_cost: 0.5,
    tokens_per_second: 1,
    ...change,
  };
}

export function request(id: string, change: Partial<RequestUpdate> = {}): RequestUpdate {
  return {
    id,
    model: "gpt-5",
    created: 1,
    prompt_tokens: 1,
    completion_tokens: 1,
    total_tokens: 2,
    latency_ms: 100,
    streaming: true,
    status: "success",
    cost: 0.1,
    ...change,
  };
}

export function failure(name: string, change: Partial<ErrorUpdate> = {}): ErrorUpdate {
  return {
    error_type: "server_error",
    error_message: name,
    timestamp: 1,
    severity: "high",
    ...change,
  };
}

export function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    metrics: null,
    models: [],
    requests: [],
    errors: [],
    system: null,
    rate_limits: [],
    costs: null,
    kv_cache: null,
    alerts: [],
    ...change,
  };
}

export function init(change: Partial<Init> = {}): Init {
  return {
    protocol: 1,
    server: { name: "test", version: "0" },
    epoch: "e",
    position: "e:0",
    resumed: false,
    heartbeat_interval_ms: 10_000,
    capabilities: ["hello", "heartbeat"],
    snapshot: snapshot(),
    ...change,
  };
}
