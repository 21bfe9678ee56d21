import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CsvReader, csvText, textOfCsv } from "../src/history/csv.ts";

/** `TELLTALE_TEST_LONG=1` makes 100,000 round trips of it. */
const numRuns = process.env["TELLTALE_TEST_LONG"] === "1" ? 100_000 : 3_000;

const payloads = [
  "=1+1",
  '=HYPERLINK("http://evil.example","click")',
  "=cmd|' /C calc'!A0",
  "+1",
  "-1",
  "-2+3+cmd|' /C calc'!A0",
  "@SUM(1+1)*cmd|' /C calc'!A0",
  "\t=1",
  "\r=1",
  "\n=1",
  "'=1",
  "''=1",
  "'",
  "''",
  "'quoted'",
  "＝1+1",
  "＋1",
  "－1",
  "＠a",
  '"=1"',
  '",=1',
  "a,=1",
  "a\r\n=1",
  " =1",
  "",
  " ",
  "<script>alert(1)</script>",
  "javascript:alert(1)",
  "\u0000",
  "\uFEFF=1",
  "null",
  "0123",
  "1e5",
  "TRUE",
  "2026-01-01",
];

function read(pieces: readonly string[]): (string | null)[][] {
  const reader = new CsvReader();
  const records = [...pieces.flatMap((piece) => [...reader.push(piece)]), ...reader.end()];
  return records.map(({ fields }) =>
    fields.map(({ text, quoted }) => (text === "" && !quoted ? null : textOfCsv(text))),
  );
}

/** The cell a spreadsheet sees. */
const cellOf = (field: string): string =>
  field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;

describe("CSV", () => {
  test.each(payloads)("[Q5] %j is no formula and comes back as it was", (text) => {
    const field = csvText(text);
    expect(cellOf(field)).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
    expect(read([`a,${field},b\r\n`])).toEqual([["a", text, "b"]]);
  });

  test("[Q5] any records come back as they were, in whatever pieces they arrive", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(...payloads),
      fc.array(fc.constantFrom(..."=+-@'\t\r\n\", a"), { maxLength: 6 }).map((l) => l.join("")),
    );
    const records = fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(records, fc.array(fc.nat(60), { maxLength: 5 }), (rows, cuts) => {
        const file = rows.map((row) => `${row.map(csvText).join(",")}\r\n`).join("");
        // A mark at the very beginning of a file is the encoding's.
        fc.pre(!file.startsWith("\uFEFF"));
        const places = [0, ...cuts.map((at) => Math.min(at, file.length)), file.length].sort(
          (a, b) => a - b,
        );
        const pieces = places.slice(1).map((end, i) => file.slice(places[i], end));
        expect(read(pieces)).toEqual(rows);
      }),
      { numRuns },
    );
  });

  test("files of others are read: no final line end, bare line feeds, a byte order mark", () => {
    expect(read(['\uFEFFa,b\n1,\n\n"x\ny",2'])).toEqual([
      ["a", "b"],
      ["1", null],
      ["x\ny", "2"],
    ]);
  });

  test("lines are counted as an editor does, and a quote that is not closed is named", () => {
    const reader = new CsvReader();
    const lines = [...reader.push('a\r\n"b\r\nc"\rd\n\ne\n')].map(({ line }) => line);
    expect(lines).toEqual([1, 2, 4, 6]);
    const broken = new CsvReader();
    expect([...broken.push('a\n"b')]).toHaveLength(1);
    expect(() => [...broken.end()]).toThrow("not closed");
  });
});
