import fc from "@telltale/testkit/properties";
import { describe, expect, it } from "vitest";
import { type Added, askForUsage } from "../src/ingest/proxy/include-usage.ts";
import { SseCutter } from "../src/ingest/proxy/sse.ts";
import { UsageStripper } from "../src/ingest/proxy/usage-strip.ts";

function asked(body: string): string | null {
  return askForUsage(Buffer.from(body))?.body.toString("utf8") ?? null;
}

describe("asking for usage", () => {
  const cases: [string, string, string | null][] = [
    ["no options", '{"stream":true}', '{"stream":true,"stream_options":{"include_usage":true}}'],
    [
      "white space",
      '{\n  "stream": true\n}\n',
      '{\n  "stream": true,"stream_options":{"include_usage":true}\n}\n',
    ],
    ["null", '{"stream_options":null,"a":1}', '{"stream_options":{"include_usage":true},"a":1}'],
    ["an empty object", '{"stream_options":{ }}', '{"stream_options":{"include_usage":true }}'],
    [
      "other options",
      '{"stream_options":{"include_obfuscation":false}}',
      '{"stream_options":{"include_obfuscation":false,"include_usage":true}}',
    ],
    [
      "false",
      '{"stream_options":{"include_usage": false}}',
      '{"stream_options":{"include_usage": true}}',
    ],
    ["true already", '{"stream_options":{"include_usage":true}}', null],
    ["an escaped key", '{"stream\\u005foptions":{"include_usage":true}}', null],
    [
      "numbers beyond 2^53, escapes and repeats",
      '{"seed":9007199254740993,"x":1.0e400,"s":"\\u00e9\\"}","a":1,"a":2}',
      '{"seed":9007199254740993,"x":1.0e400,"s":"\\u00e9\\"}","a":1,"a":2,"stream_options":{"include_usage":true}}',
    ],
    [
      "the option within a message",
      '{"m":["stream_options"]}',
      '{"m":["stream_options"],"stream_options":{"include_usage":true}}',
    ],
    ["options of a wrong type", '{"stream_options":"yes"}', null],
    ["no object", "[1,2]", null],
    ["no JSON", '{"stream":tr', null],
    ["something after it", '{"a":1} {"b":2}', null],
    ["nothing", "", null],
  ];
  for (const [what, body, expected] of cases) {
    it(`edits as little as it can: ${what}`, () => expect(asked(body)).toBe(expected));
  }

  it("changes nothing else in any JSON object", () => {
    const key = fc.oneof(fc.string(), fc.constantFrom("stream", "stream_options", "messages"));
    const object = fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(object, fc.nat({ max: 3 }), (call, indent) => {
        const text = JSON.stringify(call, null, indent);
        const result = asked(text);
        if (result === null) return;
        const { stream_options: before, ...rest } = JSON.parse(text);
        const { stream_options: after, ...others } = JSON.parse(result);
        expect(JSON.stringify(others)).toBe(JSON.stringify(rest));
        expect(after).toEqual({ ...before, include_usage: true });
      }),
      { numRuns: 500 },
    );
  });

  it("is not slowed down by depth", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    expect(asked(`{"x":${deep}}`)).toContain("include_usage");
  });
});

/** What a JSON writer makes of a list of members. */
type Writer = (members: readonly (readonly [string, string])[]) => string;

const writers: Writer[] = [
  (members) => `{${members.map(([key, value]) => `"${key}":${value}`).join(",")}}`,
  (members) => `{${members.map(([key, value]) => `"${key}": ${value}`).join(", ")}}`,
];

interface Chunk {
  readonly members: readonly (readonly [string, string])[];
  /** Where the upstream puts `usage` when asked. */
  readonly at: number;
}

const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value));
const memberList = fc.uniqueArray(
  fc.tuple(fc.constantFrom("id", "model", "choices", "x", "y", "nested"), json),
  { selector: ([key]) => key, maxLength: 5 },
);
const chunk = fc.record({
  members: memberList.map((members) =>
    members.map(([key, value]) =>
      key === "choices" ? ([key, '[{"usage":null}]'] as const) : ([key, value] as const),
    ),
  ),
  at: fc.nat({ max: 5 }),
});

function streamOf(
  chunks: readonly Chunk[],
  write: Writer,
  newline: string,
  usage: { each: string; last: string } | null,
): Buffer {
  const event = (data: string): string => `data: ${data}${newline}${newline}`;
  const texts = chunks.map(({ members, at }) => {
    const all = [...members];
    if (usage !== null) all.splice(at, 0, ["usage", usage.each]);
    return event(write(all));
  });
  if (usage !== null)
    texts.push(
      event(
        write([
          ["choices", "[]"],
          ["usage", usage.last],
        ]),
      ),
    );
  return Buffer.from(`${texts.join(`: ping${newline}${newline}`)}${event("[DONE]")}`);
}

function stripped(stream: Buffer, cuts: readonly number[], added: Added): Buffer {
  const cutter = new SseCutter(1_000_000);
  const stripper = new UsageStripper(added);
  const kept: Buffer[] = [];
  let at = 0;
  for (const size of [...cuts, stream.length]) {
    const pieces = cutter.feed(stream.subarray(at, at + size));
    for (const piece of pieces) kept.push(stripper.strip(piece));
    at += size;
  }
  for (const piece of cutter.end()) kept.push(stripper.strip(piece));
  return Buffer.concat(kept);
}

describe("undoing it in the answer", () => {
  it("[P2] leaves exactly what the upstream would have sent, however written and cut", () => {
    const last = '{"prompt_tokens":1,"completion_tokens":2,"details":{"usage":null}}';
    fc.assert(
      fc.property(
        fc.array(chunk, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(...writers),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.array(fc.nat({ max: 40 }), { maxLength: 80 }),
        fc.boolean(),
        (chunks, write, newline, cuts, every) => {
          // A ping stands between two chunks in both streams, but for the last one's own.
          const usage = { each: every ? last : "null", last };
          const source = streamOf(chunks, write, newline, usage);
          const plain = streamOf(chunks, write, newline, null);
          const result = stripped(source, cuts, every ? "any" : "null").toString("utf8");
          const extra = `: ping${newline}${newline}`;
          expect(result.replace(`${extra}data: [DONE]`, "data: [DONE]")).toBe(
            plain.toString("utf8"),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  const untouched: [string, string][] = [
    ["usage that was sent unasked, beside choices", 'data: {"choices":[{}],"usage":{"a":1}}\n\n'],
    ["Azure's first chunk without choices", 'data: {"choices":[],"prompt_filter_results":[]}\n\n'],
    ["the word in a text", 'data: {"choices":[{"delta":{"content":"\\"usage\\":null"}}]}\n\n'],
    ["a usage deeper down", 'data: {"choices":[],"x_groq":{"usage":null}}\n\n'],
    ["broken JSON", 'data: {"usage":null,\n\n'],
    ["an event that was cut off", 'data: {"choices":[{"delta":'],
  ];
  for (const [what, stream] of untouched) {
    it(`leaves ${what} alone`, () => {
      expect(stripped(Buffer.from(stream), [3, 5], "null").toString("utf8")).toBe(stream);
    });
  }

  it("copes with a chunk over several data lines", () => {
    const source = 'data: {"a":1,\ndata: "usage":\ndata: null,"b":2}\n\n';
    const result = stripped(Buffer.from(source), [], "null").toString("utf8");
    const data = result
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(6));
    expect(JSON.parse(data.join("\n"))).toEqual({ a: 1, b: 2 });
  });
});
