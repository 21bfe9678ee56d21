// The OpenAI SDK with one of its instrumentations: node openai.cjs otel|otel-http|metrics|openinference|traceloop
const api = require("@opentelemetry/api");
const { metrics, traces } = require("./telemetry.cjs");

const [, , kind] = process.argv;

function instrumentations() {
  switch (kind) {
    case "openinference": {
      const { OpenAIInstrumentation } = require("@arizeai/openinference-instrumentation-openai");
      return [new OpenAIInstrumentation()];
    }
    case "traceloop": {
      const { OpenAIInstrumentation } = require("@traceloop/instrumentation-openai");
      return [new OpenAIInstrumentation()];
    }
    case "otel-http": {
      const { OpenAIInstrumentation } = require("@opentelemetry/instrumentation-openai");
      const { UndiciInstrumentation } = require("@opentelemetry/instrumentation-undici");
      return [new OpenAIInstrumentation(), new UndiciInstrumentation()];
    }
    default: {
      const { OpenAIInstrumentation } = require("@opentelemetry/instrumentation-openai");
      return [new OpenAIInstrumentation()];
    }
  }
}

const provider = kind === "metrics" ? metrics() : traces(kind === "otel" ? "proto" : "json");
for (const instrumentation of instrumentations()) {
  instrumentation.setMeterProvider(kind === "metrics" ? provider : api.metrics.getMeterProvider());
  if (kind !== "metrics") instrumentation.setTracerProvider(provider);
  // What is loaded from now on is instrumented.
  instrumentation.enable();
}
const { OpenAI } = require("openai");

async function main() {
  const openai = new OpenAI({ maxRetries: 0 });
  const call = { model: "gpt-4o-mini", messages: [{ role: "user", content: "Say hello" }] };
  await openai.chat.completions.create(call);
  const options = { stream_options: { include_usage: true } };
  const stream = await openai.chat.completions.create({ ...call, stream: true, ...options });
  for await (const _ of stream);
  await provider.forceFlush();
  await provider.shutdown();
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
