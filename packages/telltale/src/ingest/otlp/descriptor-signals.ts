import type { INamespace } from "protobufjs/light.js";

/**
 * What we read of opentelemetry-proto's `ExportMetricsServiceRequest` and `ExportLogsServiceRequest`
 * (`collector/metrics/v1`, `metrics/v1`, `collector/logs/v1`, `logs/v1`), with its field numbers.
 */
export const signalDescriptors: NonNullable<INamespace["nested"]> = {
  ExportMetricsServiceRequest: {
    fields: { resourceMetrics: { rule: "repeated", type: "ResourceMetrics", id: 1 } },
  },
  ResourceMetrics: {
    fields: {
      resource: { type: "Resource", id: 1 },
      scopeMetrics: { rule: "repeated", type: "ScopeMetrics", id: 2 },
    },
  },
  ScopeMetrics: {
    fields: {
      scope: { type: "Scope", id: 1 },
      metrics: { rule: "repeated", type: "Metric", id: 2 },
    },
  },
  Scope: { fields: { name: { type: "string", id: 1 }, version: { type: "string", id: 2 } } },
  Metric: {
    fields: {
      name: { type: "string", id: 1 },
      unit: { type: "string", id: 3 },
      gauge: { type: "Gauge", id: 5 },
      sum: { type: "Sum", id: 7 },
      histogram: { type: "Histogram", id: 9 },
      exponentialHistogram: { type: "ExponentialHistogram", id: 10 },
    },
  },
  Gauge: { fields: { dataPoints: { rule: "repeated", type: "NumberDataPoint", id: 1 } } },
  Sum: {
    fields: {
      dataPoints: { rule: "repeated", type: "NumberDataPoint", id: 1 },
      aggregationTemporality: { type: "int32", id: 2 },
    },
  },
  Histogram: {
    fields: {
      dataPoints: { rule: "repeated", type: "HistogramDataPoint", id: 1 },
      aggregationTemporality: { type: "int32", id: 2 },
    },
  },
  ExponentialHistogram: {
    fields: {
      dataPoints: { rule: "repeated", type: "ExponentialHistogramDataPoint", id: 1 },
      aggregationTemporality: { type: "int32", id: 2 },
    },
  },
  NumberDataPoint: {
    fields: {
      startTimeUnixNano: { type: "fixed64", id: 2 },
      timeUnixNano: { type: "fixed64", id: 3 },
      asDouble: { type: "double", id: 4 },
      asInt: { type: "sfixed64", id: 6 },
      attributes: { rule: "repeated", type: "KeyValue", id: 7 },
      flags: { type: "uint32", id: 8 },
    },
    oneofs: { value: { oneof: ["asDouble", "asInt"] } },
  },
  HistogramDataPoint: {
    fields: {
      startTimeUnixNano: { type: "fixed64", id: 2 },
      timeUnixNano: { type: "fixed64", id: 3 },
      count: { type: "fixed64", id: 4 },
      sum: { type: "double", id: 5 },
      bucketCounts: { rule: "repeated", type: "fixed64", id: 6 },
      explicitBounds: { rule: "repeated", type: "double", id: 7 },
      attributes: { rule: "repeated", type: "KeyValue", id: 9 },
      flags: { type: "uint32", id: 10 },
    },
  },
  ExponentialHistogramDataPoint: {
    fields: {
      attributes: { rule: "repeated", type: "KeyValue", id: 1 },
      startTimeUnixNano: { type: "fixed64", id: 2 },
      timeUnixNano: { type: "fixed64", id: 3 },
      count: { type: "fixed64", id: 4 },
      sum: { type: "double", id: 5 },
      scale: { type: "sint32", id: 6 },
      zeroCount: { type: "fixed64", id: 7 },
      positive: { type: "ExponentialBuckets", id: 8 },
      flags: { type: "uint32", id: 10 },
    },
  },
  ExponentialBuckets: {
    fields: {
      offset: { type: "sint32", id: 1 },
      bucketCounts: { rule: "repeated", type: "uint64", id: 2 },
    },
  },

  ExportLogsServiceRequest: {
    fields: { resourceLogs: { rule: "repeated", type: "ResourceLogs", id: 1 } },
  },
  ResourceLogs: { fields: { scopeLogs: { rule: "repeated", type: "ScopeLogs", id: 2 } } },
  ScopeLogs: { fields: { logRecords: { rule: "repeated", type: "LogRecord", id: 2 } } },
  LogRecord: { fields: { timeUnixNano: { type: "fixed64", id: 1 } } },

  ExportMetricsServiceResponse: {
    fields: { partialSuccess: { type: "ExportMetricsPartialSuccess", id: 1 } },
  },
  ExportMetricsPartialSuccess: {
    fields: {
      rejectedDataPoints: { type: "int64", id: 1 },
      errorMessage: { type: "string", id: 2 },
    },
  },
  ExportLogsServiceResponse: {
    fields: { partialSuccess: { type: "ExportLogsPartialSuccess", id: 1 } },
  },
  ExportLogsPartialSuccess: {
    fields: {
      rejectedLogRecords: { type: "int64", id: 1 },
      errorMessage: { type: "string", id: 2 },
    },
  },
};
