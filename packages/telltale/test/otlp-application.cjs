// An application with OpenTelemetry, configured by the standard variables alone. It runs in a
// process of its own, because vitest's import conditions lead to the bundlers' build of the SDK.
const format = process.env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL === "http/json" ? "http" : "proto";
const { OTLPTraceExporter } = require(`@opentelemetry/exporter-trace-otlp-${format}`);
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { OpenAIInstrumentation } = require("@opentelemetry/instrumentation-openai");
const { BatchSpanProcessor, NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");

const provider = new NodeTracerProvider({
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
registerInstrumentations({ instrumentations: [new OpenAIInstrumentation()] });
const { OpenAI } = require("openai");

async function main() {
  const { completions } = new OpenAI({ maxRetries: 0 }).chat;
  const messages = [{ role: "user", content: "hi" }];
  const model = "gpt-4o-mini";
  await completions.create({ model, messages });
  const options = { stream: true, stream_options: { include_usage: true } };
  const stream = await completions.create({ model, messages, ...options });
  for await (const _ of stream);
  await completions.create({ model: "busy", messages }).catch(() => undefined);
  await provider.shutdown();
}

void main();
