import fc, { runs } from "@telltale/testkit/properties";
import { describe, expect, it } from "vitest";
import { dataOf, SseCutter, type SsePiece } from "../src/ingest/proxy/sse.ts";

/** The standard's algorithm, line by line over the decoded text. */
function standard(stream: string): { event: string; data: string }[] {
  const events: { event: string; data: string }[] = [];
  let data: string[] = [];
  let event = "";
  const lines = stream.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  // What follows the last line end is no line yet.
  for (const line of lines.slice(0, -1)) {
    if (line === "") {
      if (data.length > 0) events.push({ event, data: data.join("\n") });
      data = [];
      event = "";
      continue;
    }
    const [, name, value = ""] = /^([^:]*)(?::(?: )?(.*))?$/s.exec(line) ?? [];
    if (name === "data") data.push(value);
    else if (name === "event") event = value;
  }
  return events;
}

function cutInto(stream: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    chunks.push(stream.subarray(at, at + size));
    at += size;
  }
  return [...chunks, stream.subarray(at)];
}

function piecesOf(
  chunks: readonly Buffer[],
  max = 1_000_000,
): { fed: SsePiece[]; rest: SsePiece[] } {
  const cutter = new SseCutter(max);
  return { fed: chunks.flatMap((chunk) => cutter.feed(chunk)), rest: cutter.end() };
}

function eventsOf(pieces: readonly SsePiece[]): { event: string; data: string }[] {
  const events: { event: string; data: string }[] = [];
  for (const piece of pieces) {
    if (piece.kind !== "block" || piece.data.length === 0) continue;
    events.push({ event: piece.event ?? "", data: dataOf(piece).toString("utf8") });
  }
  return events;
}

const text = fc.string({
  unit: fc.constantFrom("a", " ", ":", "é", "世", "🌍", '"', "\\"),
  maxLength: 9,
});
const line = fc.oneof(
  text.map((value) => `data: ${value}`),
  text.map((value) => `data:${value}`),
  text.map((value) => `event: ${value}`),
  text.map((value) => `: ${value}`),
  fc.constantFrom("data", "event", "id: 7", "retry: 10", "nonsense", ""),
);
const stream = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\r")), { maxLength: 30 }),
  )
  .map(([bom, lines]) => (bom ? "\uFEFF" : "") + lines.map(([each, end]) => each + end).join(""));
const sizes = fc.array(fc.nat({ max: 12 }), { maxLength: 60 });

describe("cutting a stream of server-sent events", () => {
  it("yields the standard's events however the bytes are cut", () => {
    fc.assert(
      fc.property(stream, sizes, (source, cuts) => {
        const { fed } = piecesOf(cutInto(Buffer.from(source), cuts));
        expect(eventsOf(fed)).toEqual(standard(source));
      }),
      { numRuns: runs(500) },
    );
  });

  it("loses and adds no byte", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        sizes,
        fc.nat({ max: 40 }),
        (bytes, cuts, max) => {
          const { fed, rest } = piecesOf(cutInto(Buffer.from(bytes), cuts), max);
          const all = Buffer.concat([...fed, ...rest].map((piece) => piece.raw));
          expect(all.equals(Buffer.from(bytes))).toBe(true);
        },
      ),
      { numRuns: runs(500) },
    );
  });

  it("passes an event over the limit on at once, and reads the next one", () => {
    const cutter = new SseCutter(100);
    const [head] = cutter.feed(Buffer.from(`data: ${"x".repeat(200)}`));
    expect(head).toMatchObject({ kind: "oversized" });
    expect(head?.raw.length).toBe(206);
    const [middle] = cutter.feed(Buffer.from("yyy"));
    expect(middle).toMatchObject({ kind: "oversized" });
    const after = cutter.feed(Buffer.from("\n\ndata: small\n\n"));
    expect(after.map(({ kind }) => kind)).toEqual(["oversized", "block"]);
    expect(eventsOf(after)).toEqual([{ event: "", data: "small" }]);
  });
});
