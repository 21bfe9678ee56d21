import fc, { runs } from "@telltale/testkit/properties";
import protobuf from "protobufjs/light.js";
import { describe, expect, test } from "vitest";
import { OtlpError } from "../src/ingest/otlp/error.ts";
import { decodeTraces } from "../src/ingest/otlp/traces.ts";
import { encodeResponse, encodeStatus, type OtlpFormat } from "../src/ingest/otlp/wire.ts";
import { decode, json, requestOf, span, spanEvent, toProtobuf } from "./otlp-request.ts";

const chat = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o" };

function refusal(body: Uint8Array, format: OtlpFormat): OtlpError {
  try {
    decodeTraces(body, format);
  } catch (error) {
    if (error instanceof OtlpError) return error;
    throw error;
  }
  throw new Error("It was accepted");
}

describe("a body that is not OTLP is refused with where, what and what was expected", () => {
  const secret = "tell me about my illness";
  test.each<[string, unknown, RegExp]>([
    ["an array", [], /^body: expected an object, got an array/],
    ["text", secret, /^body: expected an object, got a string/],
    ["logs", { resourceLogs: [] }, /resourceSpans, got resourceLogs. Only traces/],
    ["something else", { spans: [] }, /^body: expected an object with resourceSpans/],
    ["no list", { resourceSpans: { a: 1 } }, /^resourceSpans: expected an array/],
    ["no scopes", { resourceSpans: [{ scopeSpans: 1 }] }, /^resourceSpans\[0\]\.scopeSpans: /],
    ["a span that is text", requestOf([secret]), /spans\[0\]: expected an object, got a string/],
    [
      "spans without ids",
      requestOf([{ body: { stringValue: secret } }]),
      /traceId.*logs or metrics\?/,
    ],
    [
      "attributes as an object",
      requestOf([span({}, { attributes: { "gen_ai.prompt": secret } })]),
      /attributes: expected an array of \{key, value\}, got an object/,
    ],
    [
      "bare values",
      requestOf([span({}, { attributes: [{ key: "a", value: secret }] })]),
      /attributes\[0\]\.value: expected an object such as \{stringValue\}, got a string/,
    ],
  ])("%s", (_, value, message) => {
    const error = refusal(json(value), "json");
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain(secret);
    expect(error.statusCode).toBe(400);
  });

  test("JSON with a fault names the place and quotes nothing", () => {
    for (const body of [`{"resourceSpans": [${secret}]}`, `{"resourceSpans": "${secret}",}`]) {
      const error = refusal(Buffer.from(body), "json");
      expect(error.message).toMatch(/^body: expected JSON in UTF-8, got /);
      expect(error.message).not.toContain("tell");
    }
    expect(refusal(Buffer.from('{"a":1,}'), "json").message).toContain("position 7");
    expect(refusal(Buffer.alloc(0), "json").message).toContain("ends early");
    expect(refusal(Buffer.from([0x22, 0xff, 0x22]), "json").message).toContain("UTF-8");
  });

  test("protobuf that ends early, at every byte", () => {
    const whole = toProtobuf(requestOf([span(chat)]));
    expect(decodeTraces(whole, "protobuf").events).toHaveLength(1);
    for (let length = 1; length < whole.length; length++)
      expect(refusal(whole.subarray(0, length), "protobuf").where).toBe("body");
  });

  test("protobuf that is another message", () => {
    const logs = new protobuf.Writer();
    logs.uint32(10).fork().uint32(18).fork().uint32(18).fork(); // resource_logs.scope_logs.log_records
    logs.uint32(9).fixed64(1_795_417_200).uint32(26).string("INFO").ldelim().ldelim().ldelim();
    const error = refusal(logs.finish(), "protobuf");
    expect(error.message).toMatch(/spans\[0\]\.traceId: .*Are these logs or metrics\?/);
    expect(refusal(Buffer.from('{"resourceSpans":[]}'), "protobuf").message).toContain(
      "Content-Type application/json",
    );
    expect(refusal(Buffer.from([0x78, 0x01]), "protobuf").where).toBe("body");
  });
});

describe("an export without spans", () => {
  test.each<[OtlpFormat, string]>([
    ["json", "{}"],
    ["json", '{"resourceSpans":[]}'],
    ["json", '{"resourceSpans":[{"scopeSpans":null}]}'],
    ["protobuf", ""],
  ])("is accepted in %s: %s", (format, body) => {
    const none = { events: [], links: [], spans: 0, rejectedSpans: 0, errorMessage: "" };
    expect(decodeTraces(Buffer.from(body), format)).toEqual(none);
  });
});

describe("one bad span", () => {
  test.each([
    ["no start", { startTimeUnixNano: "0" }, /startTimeUnixNano: expected nanoseconds since 1970/],
    ["no end", { endTimeUnixNano: "" }, /endTimeUnixNano/],
    ["a time that is none", { startTimeUnixNano: "yesterday" }, /startTimeUnixNano/],
    ["no trace id", { traceId: "" }, /traceId/],
    ["a zero span id", { spanId: "0000000000000000" }, /spanId/],
    ["an id that is no hexadecimal", { spanId: "zzzzzzzzzzzzzzzz" }, /spanId/],
    ["attributes as an object", { attributes: {} }, /attributes/],
    ["events as text", { events: "none" }, /events: expected an array/],
  ])("is rejected alone: %s", (_, input, message) => {
    const decoded = decode([span(chat), span(chat, input), span(chat)]);
    expect(decoded.events).toHaveLength(2);
    expect(decoded).toMatchObject({ spans: 3, rejectedSpans: 1 });
    expect(decoded.errorMessage).toMatch(/^resourceSpans\[0\]\.scopeSpans\[0\]\.spans\[1\]/);
    expect(decoded.errorMessage).toMatch(message);
  });

  test("with a model name of a megabyte is rejected, not stored", () => {
    const decoded = decode([span({ ...chat, "gen_ai.request.model": "m".repeat(1_000_000) })]);
    expect(decoded).toMatchObject({ events: [], rejectedSpans: 1 });
    expect(decoded.errorMessage.length).toBeLessThan(300);
  });

  test("several are summed up", () => {
    const bad = { endTimeUnixNano: "0" };
    const decoded = decode([span(chat, bad), span(chat, bad), span(chat, bad)]);
    expect(decoded.rejectedSpans).toBe(3);
    expect(decoded.errorMessage).toMatch(/\(and 2 more\)$/);
  });
});

describe("answers", () => {
  test("full success is empty in both formats", () => {
    expect(encodeResponse("json", "traces", 0, "").toString()).toBe("{}");
    expect(encodeResponse("protobuf", "traces", 0, "")).toHaveLength(0);
  });

  test("partial success and errors", () => {
    expect(JSON.parse(encodeResponse("json", "traces", 2, "why").toString())).toEqual({
      partialSuccess: { rejectedSpans: "2", errorMessage: "why" },
    });
    // field 1 (length 7) { field 1 = 2, field 2 = "why" }, by the wire format
    expect([...encodeResponse("protobuf", "traces", 2, "why")]).toEqual([
      0x0a, 7, 0x08, 2, 0x12, 3, 0x77, 0x68, 0x79,
    ]);
    expect([...encodeStatus("why")]).toEqual([0x12, 3, 0x77, 0x68, 0x79]);
  });
});

describe("whatever the bytes, the outcome is a result or an OtlpError", () => {
  const rich = requestOf([
    span(
      { ...chat, list: [1, "a", [true]], nested: { a: { b: 2 } }, "gen_ai.usage.input_tokens": 5 },
      { status: { code: 2, message: "429" }, events: [spanEvent("exception", 3, { a: 1 })] },
    ),
    span({ "openinference.span.kind": "LLM", "llm.invocation_parameters": '{"stream":true}' }),
  ]);

  function survives(body: Uint8Array, format: OtlpFormat): void {
    try {
      const { events, spans, rejectedSpans } = decodeTraces(body, format);
      expect(events.length + rejectedSpans).toBeLessThanOrEqual(spans);
    } catch (error) {
      if (!(error instanceof OtlpError)) throw error;
    }
  }

  const change = fc.record({
    at: fc.nat(),
    byte: fc.integer({ min: 0, max: 255 }),
    cut: fc.nat(9),
  });
  function mutate(
    body: Buffer,
    changes: readonly { at: number; byte: number; cut: number }[],
  ): Buffer {
    let bytes = Buffer.from(body);
    for (const { at, byte, cut } of changes) {
      const place = at % Math.max(1, bytes.length);
      if (cut === 0) bytes = bytes.subarray(0, place);
      else if (cut === 1)
        bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)]);
      else bytes[place] = byte;
    }
    return bytes;
  }

  test.each<[OtlpFormat, Buffer]>([
    ["protobuf", toProtobuf(rich)],
    ["json", json(rich)],
  ])("mutated %s", (format, body) => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) =>
        survives(mutate(body, changes), format),
      ),
      { numRuns: runs(5_000) },
    );
  });

  test("[D6] random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => survives(bytes, "protobuf")),
      { numRuns: runs(5_000) },
    );
  });

  test("any JSON in any place of a request", () => {
    const paths = [
      "resourceSpans",
      "resource",
      "scopeSpans",
      "spans",
      "traceId",
      "attributes",
      "key",
    ];
    const more = [
      "value",
      "stringValue",
      "intValue",
      "values",
      "events",
      "status",
      "startTimeUnixNano",
    ];
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...paths, ...more), (value, name) => {
        // A reviver sees inner values first: a value that has the same key is not put into itself.
        const body: unknown = JSON.parse(JSON.stringify(rich), (key, old: unknown) =>
          key === name ? value : old,
        );
        survives(Buffer.from(JSON.stringify(body)), "json");
      }),
      { numRuns: runs(3_000) },
    );
  });

  test("values nested thousands deep", () => {
    const deep = `${'{"arrayValue":{"values":['.repeat(10_000)}1${"]}}".repeat(10_000)}`;
    const body = JSON.stringify(requestOf([span(chat)])).replace('{"stringValue":"chat"}', deep);
    survives(Buffer.from(body), "json");
    let value = new protobuf.Writer().uint32(10).string("x").finish();
    for (let depth = 0; depth < 2_000; depth++) {
      const list = new protobuf.Writer().uint32(10).bytes(value).finish();
      value = new protobuf.Writer().uint32(42).bytes(list).finish();
    }
    const attribute = new protobuf.Writer().uint32(10).string("k").uint32(18).bytes(value).finish();
    const spanBytes = new protobuf.Writer().uint32(74).bytes(attribute).finish();
    const scope = new protobuf.Writer().uint32(18).bytes(spanBytes).finish();
    const resource = new protobuf.Writer().uint32(18).bytes(scope).finish();
    survives(new protobuf.Writer().uint32(10).bytes(resource).finish(), "protobuf");
  });
});
