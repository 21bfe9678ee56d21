import {
  accepts,
  type ClientHeartbeat,
  clientHeartbeat,
  type Hello,
  hello,
  type Schema,
  type Seek,
  type Speed,
  type Subscribe,
  seek,
  speed,
  subscribe,
  validate,
} from "@telltale/protocol";
import { parseQuery } from "@telltale/protocol/query";
import { exceedsDepth } from "../access/limits.ts";
import { CAPABILITIES } from "./hub.ts";

/** A message that a client may send. */
export type UpMessage =
  | { readonly type: "hello"; readonly data: Hello }
  | { readonly type: "subscribe" | "unsubscribe"; readonly data: Subscribe }
  | { readonly type: "heartbeat"; readonly data: ClientHeartbeat }
  | Control;

/** A message that steers a replay. */
export type Control =
  | { readonly type: "pause" | "resume" | "step" }
  | { readonly type: "seek"; readonly data: Seek }
  | { readonly type: "speed"; readonly data: Speed };

/** What is wrong with a message, for a `bad_message` notice. */
export interface Fault {
  readonly fault: string;
  readonly path?: string;
}

/** Reads one message of a type that is acted on; binary ones come as `undefined`. */
export function readUp(
  text: string | undefined,
  maxDepth: number,
  capabilities: readonly string[] = CAPABILITIES,
): UpMessage | Fault {
  const value = text === undefined || exceedsDepth(text, maxDepth) ? undefined : parse(text);
  if (typeof value !== "object" || value === null || !("type" in value)) {
    return { fault: "Expected a JSON object with a type, as text, not nested too deeply" };
  }
  const data = "data" in value ? value.data : {};
  if (typeof value.type !== "string" || !capabilities.includes(value.type)) {
    return { fault: `type: expected one of ${capabilities.join(", ")}`, path: "type" };
  }
  switch (value.type) {
    case "hello":
      return accepts(hello, data) ? { type: "hello", data } : faultOf(hello, data);
    case "subscribe":
    case "unsubscribe":
      if (!accepts(subscribe, data)) return faultOf(subscribe, data);
      return faultOfQuery(data) ?? { type: value.type, data };
    case "heartbeat":
      return accepts(clientHeartbeat, data)
        ? { type: "heartbeat", data }
        : faultOf(clientHeartbeat, data);
    case "pause":
    case "resume":
    case "step":
      return { type: value.type };
    case "seek":
      return accepts(seek, data) ? { type: "seek", data } : faultOf(seek, data);
    case "speed":
      return accepts(speed, data) ? { type: "speed", data } : faultOf(speed, data);
    default:
      return { fault: `type: expected one of ${capabilities.join(", ")}`, path: "type" };
  }
}

function faultOf(schema: Schema, value: unknown): Fault {
  const issue = validate(schema, value, "data");
  const path = issue?.path ?? "data";
  return { fault: `${path}: expected ${issue?.expected}, received ${issue?.received}`, path };
}

function faultOfQuery({ filter }: Subscribe): Fault | undefined {
  const { error } = parseQuery(filter?.q ?? "");
  if (error === undefined) return undefined;
  const path = "data.filter.q";
  return { fault: `${path}: column ${error.column}: ${error.message}`, path };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
