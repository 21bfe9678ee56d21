// Spans and metrics by the real exporters, to the address in OTEL_EXPORTER_OTLP_ENDPOINT.
const { OTLPMetricExporter } = require("@opentelemetry/exporter-metrics-otlp-http");
const proto = require("@opentelemetry/exporter-trace-otlp-proto");
const http = require("@opentelemetry/exporter-trace-otlp-http");
const { resourceFromAttributes } = require("@opentelemetry/resources");
const { MeterProvider, PeriodicExportingMetricReader } = require("@opentelemetry/sdk-metrics");
const { BatchSpanProcessor } = require("@opentelemetry/sdk-trace-base");
const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");

const resource = resourceFromAttributes({
  "service.name": process.env.OTEL_SERVICE_NAME ?? "client",
});

exports.traces = (format = "json") => {
  const { OTLPTraceExporter } = format === "json" ? http : proto;
  const spanProcessors = [new BatchSpanProcessor(new OTLPTraceExporter())];
  const provider = new NodeTracerProvider({ resource, spanProcessors });
  provider.register();
  return provider;
};

exports.metrics = () => {
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: 3_600_000,
  });
  return new MeterProvider({ resource, readers: [reader] });
};
