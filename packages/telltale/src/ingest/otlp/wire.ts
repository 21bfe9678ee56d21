import protobuf from "protobufjs/light.js";
import { otlpDescriptor } from "./descriptor.ts";
import { OtlpError } from "./error.ts";

/** How a body is written: OTLP/HTTP allows both, and the answer uses the same as the request. */
export type OtlpFormat = "json" | "protobuf";

const root = protobuf.Root.fromJSON(otlpDescriptor);
const traceRequest = root.lookupType("ExportTraceServiceRequest");
const traceResponse = root.lookupType("ExportTraceServiceResponse");
const rpcStatus = root.lookupType("RpcStatus");

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

function fromProtobuf(body: Uint8Array): unknown {
  try {
    // 64-bit integers as text, exactly as in JSON, so that one reader serves both.
    return traceRequest.toObject(traceRequest.decode(body), { longs: String });
  } catch (error) {
    const hint =
      body[0] === 0x7b ? "It looks like JSON: send Content-Type application/json." : undefined;
    throw new OtlpError(
      "body",
      "a protobuf ExportTraceServiceRequest",
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
export function parseBody(body: Uint8Array, format: OtlpFormat): unknown {
  return format === "json" ? fromJson(body) : fromProtobuf(body);
}

/**
 * The answer to accepted spans (OTLP 1.x, "Full Success" and "Partial Success"): `{}` or an
 * `ExportTraceServiceResponse` with the number of rejected spans and why.
 */
export function encodeTraceResponse(format: OtlpFormat, rejected: number, message: string): Buffer {
  const whole = rejected === 0 && message === "";
  const response = whole
    ? {}
    : { partialSuccess: { rejectedSpans: String(rejected), errorMessage: message } };
  if (format === "json") return Buffer.from(JSON.stringify(response));
  return Buffer.from(traceResponse.encode(traceResponse.fromObject(response)).finish());
}

/** The body of an error answer in protobuf: a `google.rpc.Status` with its message (OTLP 1.x, "Failures"). */
export function encodeStatus(message: string): Buffer {
  return Buffer.from(rpcStatus.encode(rpcStatus.fromObject({ message })).finish());
}
