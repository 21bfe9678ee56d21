/** How a field is written and compared. */
export interface FieldInfo {
  readonly kind: "label" | "text" | "number" | "flag";
  /** Other names that are understood. */
  readonly aliases: readonly string[];
  /** What it is, for completion and the documentation. */
  readonly about: string;
  /** The only values there are. */
  readonly values?: readonly string[];
  /** How a number is written: as a duration (ms), money (US dollars) or a count. */
  readonly unit?: "duration" | "money" | "count";
  /** Field of `request_update`. */
  readonly wire: string;
}

/** Every field of the query language, by its name. */
export const QUERY_FIELDS = {
  model: { kind: "label", wire: "model", aliases: [], about: "model that was asked" },
  provider: { kind: "label", wire: "provider", aliases: [], about: "who runs the model" },
  status: {
    kind: "label",
    wire: "status",
    aliases: [],
    about: "success, error or in_progress",
    values: ["success", "error", "in_progress"],
  },
  latency: {
    kind: "number",
    wire: "latency_ms",
    unit: "duration",
    aliases: ["latency_ms"],
    about: "request to last byte",
  },
  ttft: {
    kind: "number",
    wire: "ttft_ms",
    unit: "duration",
    aliases: ["ttft_ms"],
    about: "request to first token",
  },
  queue: {
    kind: "number",
    wire: "queue_ms",
    unit: "duration",
    aliases: ["queue_ms"],
    about: "wait before work on it began",
  },
  cost: { kind: "number", wire: "cost", unit: "money", aliases: [], about: "US dollars" },
  tokens: {
    kind: "number",
    wire: "total_tokens",
    unit: "count",
    aliases: ["total_tokens"],
    about: "prompt and completion tokens",
  },
  prompt: {
    kind: "number",
    wire: "prompt_tokens",
    unit: "count",
    aliases: ["prompt_tokens", "input_tokens"],
    about: "prompt tokens, cached ones included",
  },
  completion: {
    kind: "number",
    wire: "completion_tokens",
    unit: "count",
    aliases: ["completion_tokens", "output_tokens"],
    about: "completion tokens, reasoning included",
  },
  cached: {
    kind: "number",
    wire: "cached_tokens",
    unit: "count",
    aliases: ["cached_tokens"],
    about: "prompt tokens read from a cache",
  },
  reasoning: {
    kind: "number",
    wire: "reasoning_tokens",
    unit: "count",
    aliases: ["reasoning_tokens"],
    about: "completion tokens spent on reasoning",
  },
  type: { kind: "label", wire: "error_type", aliases: ["error_type"], about: "type of the error" },
  message: {
    kind: "text",
    wire: "error_message",
    aliases: ["error_message"],
    about: "found in the error's message",
  },
  code: {
    kind: "number",
    wire: "status_code",
    unit: "count",
    aliases: ["status_code"],
    about: "HTTP status of the answer",
  },
  user: { kind: "label", wire: "user_id", aliases: ["user_id"], about: "user" },
  org: {
    kind: "label",
    wire: "organization_id",
    aliases: ["organization_id", "organization"],
    about: "organisation",
  },
  service: { kind: "label", wire: "service", aliases: [], about: "calling service" },
  key: { kind: "label", wire: "api_key", aliases: ["api_key"], about: "name of the API key" },
  endpoint: { kind: "label", wire: "endpoint", aliases: [], about: "path or operation" },
  id: { kind: "label", wire: "id", aliases: [], about: "id of the request" },
  trace: { kind: "label", wire: "trace_id", aliases: ["trace_id"], about: "W3C trace id" },
  response: {
    kind: "label",
    wire: "response_id",
    aliases: ["response_id"],
    about: "provider's id of the answer",
  },
  tier: { kind: "label", wire: "service_tier", aliases: ["service_tier"], about: "service tier" },
  finish: {
    kind: "label",
    wire: "finish_reason",
    aliases: ["finish_reason"],
    about: "why the answer ended",
  },
  source: { kind: "label", wire: "source", aliases: [], about: "door it came in by" },
  usage: {
    kind: "label",
    wire: "usage",
    aliases: [],
    about: "where the token counts come from",
    values: ["reported", "estimated", "unknown"],
  },
  streaming: { kind: "flag", wire: "streaming", aliases: [], about: "answered piece by piece" },
  demo: { kind: "flag", wire: "demo", aliases: [], about: "made up by the demo" },
} as const satisfies Record<string, FieldInfo>;

type Fields = typeof QUERY_FIELDS;
type OfKind<K extends FieldInfo["kind"]> = {
  [F in keyof Fields]: Fields[F]["kind"] extends K ? F : never;
}[keyof Fields];

export type QueryField = keyof Fields;
export type LabelField = OfKind<"label">;
export type TextField = OfKind<"text">;
export type NumberField = OfKind<"number">;
export type FlagField = OfKind<"flag">;

/** Fields of `request_update` that a word without a field is looked for in. */
export const SEARCHED = [
  "id",
  "model",
  "error_type",
  "error_message",
  "user_id",
  "endpoint",
  "service",
] as const;

/** Every field there is. */
export const QUERY_FIELD_NAMES: readonly QueryField[] = Object.keys(QUERY_FIELDS).filter(isField);

function isField(name: string): name is QueryField {
  return Object.hasOwn(QUERY_FIELDS, name);
}

const byName: ReadonlyMap<string, QueryField> = new Map(
  QUERY_FIELD_NAMES.flatMap((name) =>
    [name, ...infoOf(name).aliases].map((known) => [known, name] as const),
  ),
);

/** The field of this name or other name, whatever the case. */
export function fieldOf(name: string): QueryField | undefined {
  return byName.get(name.toLowerCase());
}

/** What is known of a field, in the general form. */
export function infoOf(field: QueryField): FieldInfo {
  return QUERY_FIELDS[field];
}

export function isText(field: QueryField): field is TextField {
  return infoOf(field).kind === "text";
}
export function isNumber(field: QueryField): field is NumberField {
  return infoOf(field).kind === "number";
}
export function isFlag(field: QueryField): field is FlagField {
  return infoOf(field).kind === "flag";
}

/** The field that filters by this field of `request_update`; `user_id` → `user`. */
export function fieldOfWire(wire: string): QueryField | undefined {
  return QUERY_FIELD_NAMES.find((name) => infoOf(name).wire === wire);
}

/** All names, for suggestions. */
export const QUERY_NAMES: readonly string[] = [...byName.keys()];
