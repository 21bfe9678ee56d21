/** The body of `POST /ingest/requests`. */
export interface NativeEvent {
  id: string;
  model: string;
  created: number;
  prompt_tokens: number;
  completion_tokens: number;
  latency_ms: number;
  streaming: boolean;
  status: "success" | "error";
  error_type?: string;
  error_message?: string;
  status_code?: number;
  cost?: number;
}

let count = 0;

/** A finished request, now, that differs from others by its id. */
export function event(fields: Partial<NativeEvent> = {}): NativeEvent {
  count++;
  return {
    id: `e2e-${process.pid}-${count}`,
    model: "gpt-4o-mini",
    created: Date.now() - 400,
    prompt_tokens: 100,
    completion_tokens: 20,
    latency_ms: 400,
    streaming: false,
    status: "success",
    ...fields,
  };
}
