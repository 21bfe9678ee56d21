export interface Welcome {
  readonly url: string;
  readonly dataDir: string;
  readonly demo: boolean;
  /** The first key, told this once. */
  readonly adminKey: string | undefined;
  /** Whether callers have to show a key. */
  readonly keyRequired: boolean;
  /** Whether keys travel as they are, over a network. */
  readonly exposed: boolean;
}

/** What is printed once the server is ready: where to look, and three ways to send it data. */
export function welcome(about: Welcome): string {
  const { url, dataDir, demo, adminKey, keyRequired, exposed } = about;
  const key = keyRequired ? `-H "X-Telltale-Key: $TELLTALE_KEY" ` : "";
  const otlp = keyRequired ? ` OTEL_EXPORTER_OTLP_HEADERS="X-Telltale-Key=$TELLTALE_KEY"` : "";
  return `Telltale listening on ${url}
${adminKey === undefined ? "" : `Admin key (shown once): ${adminKey}\n`}${exposed ? "Keys travel unencrypted unless a TLS proxy is in front; --tls-cert and --tls-key make this https\n" : ""}
  Dashboard  ${url}
  Data       ${dataDir}${demo ? "\n  Demo       made-up traffic is running, labelled as such on the page" : ""}

Send it real data, any of:

  1  through the proxy: point an OpenAI SDK at it, or try

     curl ${url}/proxy/openai/v1/chat/completions ${key}\\
       -H "Authorization: Bearer $OPENAI_API_KEY" -H "Content-Type: application/json" \\
       -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say hello"}]}'

  2  from OpenTelemetry instrumentation

     export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${url}/v1/traces OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf${otlp}

  3  as a report of your own

     curl ${url}/ingest/requests ${key}-H "Content-Type: application/json" \\
       -d '{"model":"gpt-4o-mini","prompt_tokens":120,"completion_tokens":45,"latency_ms":830}'

Ctrl-C stops it.
`;
}
