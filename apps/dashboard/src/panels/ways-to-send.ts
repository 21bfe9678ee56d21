export interface Snippet {
  readonly name: string;
  readonly code: string;
}

export interface Way {
  readonly title: string;
  readonly note: string;
  readonly snippets: readonly [Snippet, ...Snippet[]];
}

/** What to paste to send a first request to the server at `origin`. */
export function waysToSend(origin: string): readonly Way[] {
  return [
    {
      title: "Through the proxy",
      note: "Point an SDK at Telltale. Answers come back byte for byte; nothing of their text is stored.",
      snippets: [
        {
          name: "Environment",
          code: `export OPENAI_BASE_URL=${origin}/proxy/openai/v1\nexport ANTHROPIC_BASE_URL=${origin}/proxy/anthropic`,
        },
        {
          name: "Node",
          code: `const openai = new OpenAI({ baseURL: "${origin}/proxy/openai/v1" });`,
        },
        {
          name: "Python",
          code: `client = OpenAI(base_url="${origin}/proxy/openai/v1")`,
        },
        {
          name: "curl",
          code: `curl ${origin}/proxy/openai/v1/chat/completions \\\n  -H "Authorization: Bearer $OPENAI_API_KEY" \\\n  -H "Content-Type: application/json" \\\n  -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say hello"}]}'`,
        },
      ],
    },
    {
      title: "From OpenTelemetry",
      note: "If your service is instrumented for GenAI or OpenInference, send its traces here.",
      snippets: [
        {
          name: "Environment",
          code: `export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${origin}/v1/traces\nexport OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`,
        },
      ],
    },
    {
      title: "As JSON, from anywhere",
      note: "One object, an array or one object per line. Only the model is required.",
      snippets: [
        {
          name: "curl",
          code: `curl ${origin}/ingest/requests \\\n  -H "Content-Type: application/json" \\\n  -d '{"model":"gpt-4o-mini","prompt_tokens":420,"completion_tokens":96,"latency_ms":1240}'`,
        },
      ],
    },
  ];
}
