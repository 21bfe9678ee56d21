export * from "./close-code.ts";
export * from "./down.ts";
export * from "./envelope.ts";
export * from "./message-type.ts";
export * from "./messages/alert-update.ts";
export * from "./messages/cost-update.ts";
export * from "./messages/error-update.ts";
export * from "./messages/heartbeat.ts";
export * from "./messages/init.ts";
export * from "./messages/kv-cache-update.ts";
export * from "./messages/metrics-update.ts";
export * from "./messages/model-update.ts";
export * from "./messages/notice.ts";
export * from "./messages/pong.ts";
export * from "./messages/rate-limit-update.ts";
export * from "./messages/replay.ts";
export * from "./messages/request-update.ts";
export * from "./messages/system-update.ts";
export * from "./position.ts";
export type {
  ArraySchema,
  BooleanSchema,
  EnumSchema,
  Fields,
  Infer,
  NullableSchema,
  NumberSchema,
  ObjectSchema,
  OptionalSchema,
  RecordSchema,
  Schema,
  SchemaIssue,
  StringSchema,
  UnknownSchema,
} from "./schema.ts";
export {
  array,
  boolean,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  string,
  unknown,
} from "./schema.ts";
export * from "./series.ts";
export * from "./up.ts";
export * from "./validate.ts";
export * from "./version.ts";
