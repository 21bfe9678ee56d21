/** What is printed once the server is ready: where to look, and three ways to send it data. */
export function welcome(url: string, dataDir: string, demo: boolean): string {
  return `Telltale listening on ${url}

  Dashboard  ${url}
  Data       ${dataDir}${demo ? "\n  Demo       made-up traffic is running, labelled as such on the page" : ""}

Send it real data, any of:

  1  through the proxy: point an OpenAI SDK at it, or try

     curl ${url}/proxy/openai/v1/chat/completions \\
       -H "Authorization: Bearer $OPENAI_API_KEY" -H "Content-Type: application/json" \\
       -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say hello"}]}'

  2  from OpenTelemetry instrumentation

     export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${url}/v1/traces OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf

  3  as a report of your own

     curl ${url}/ingest/requests -H "Content-Type: application/json" \\
       -d '{"model":"gpt-4o-mini","prompt_tokens":120,"completion_tokens":45,"latency_ms":830}'

Ctrl-C stops it.
`;
}
