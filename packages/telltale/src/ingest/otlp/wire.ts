import protobuf from "protobufjs/light.js";
import { otlpDescriptor } from "./descriptor.ts";
import { signalDescriptors } from "./descriptor-signals.ts";
import { OtlpError } from "./error.ts";

/** How a body is written: OTLP/HTTP allows both, and the answer uses the same as the request. */
export type OtlpFormat = "json" | "protobuf";

/** What is exported. */
export type Signal = "traces" | "metrics" | "logs";

const root = protobuf.Root.fromJSON({
  nested: { ...otlpDescriptor.nested, ...signalDescriptors },
});
const rpcStatus = root.lookupType("RpcStatus");

const signals = {
  traces: { message: "ExportTraceService", rejected: "rejectedSpans" },
  metrics: { message: "ExportMetricsService", rejected: "rejectedDataPoints" },
  logs: { message: "ExportLogsService", rejected: "rejectedLogRecords" },
} as const satisfies Record<Signal, { message: string; rejected: string }>;

/** Names of the messages of `signal`. */
export function requestName(signal: Signal): string {
  return `${signals[signal].message}Request`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fromJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    // V8 quotes the text around the fault, which may be a prompt: keep the place only.
    const reason = reasonOf(error);
    const position = /position \d+/.exec(reason)?.[0];
    const early = reason.includes("end of JSON") ? "a body that ends early" : "something else";
    const received = position === undefined ? early : `a syntax error at ${position}`;
    throw new OtlpError("body", "JSON in UTF-8", received);
  }
}

function fromProtobuf(body: Uint8Array, signal: Signal): unknown {
  const name = requestName(signal);
  try {
    const type = root.lookupType(name);
    // 64-bit integers as text, exactly as in JSON, so that one reader serves both.
    return type.toObject(type.decode(body), { longs: String });
  } catch (error) {
    const hint =
      body[0] === 0x7b ? "It looks like JSON: send Content-Type application/json." : undefined;
    throw new OtlpError(
      "body",
      `a protobuf ${name}`,
      `${body.length} bytes that end early or are something else (${reasonOf(error)})`,
      hint,
    );
  }
}

/**
 * A body as the plain object of OTLP's JSON mapping; ids may be bytes instead of hexadecimal text.
 *
 * @throws {OtlpError}
 */
export function parseBody(
  body: Uint8Array,
  format: OtlpFormat,
  signal: Signal = "traces",
): unknown {
  return format === "json" ? fromJson(body) : fromProtobuf(body, signal);
}

/**
 * The answer to an export (OTLP 1.x, "Full Success" and "Partial Success"): `{}` or a message with the
 * number of what was rejected and why. A reason with nothing rejected is a note.
 */
export function encodeResponse(
  format: OtlpFormat,
  signal: Signal,
  rejected: number,
  message: string,
): Buffer {
  const whole = rejected === 0 && message === "";
  const { message: name, rejected: count } = signals[signal];
  const partialSuccess = { [count]: String(rejected), errorMessage: message };
  const response = whole ? {} : { partialSuccess };
  if (format === "json") return Buffer.from(JSON.stringify(response));
  const type = root.lookupType(`${name}Response`);
  return Buffer.from(type.encode(type.fromObject(response)).finish());
}

/** The body of an error answer in protobuf: a `google.rpc.Status` with its message (OTLP 1.x, "Failures"). */
export function encodeStatus(message: string): Buffer {
  return Buffer.from(rpcStatus.encode(rpcStatus.fromObject({ message })).finish());
}
