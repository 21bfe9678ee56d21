import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc, { runs } from "@telltale/testkit/properties";
import { requestEvent } from "@telltale/testkit/request-event";
import { describe, expect, test } from "vitest";
import { CsvReader, type CsvRecord, csvText, textOfCsv } from "../src/history/csv.ts";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";

const numRuns = runs(3_000);

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

  test("[Q5] the engine writes it just as safely", async () => {
    const anything = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(fc.constantFrom(..."=+-@'\t\r\n\", a\u0000\u00a0\uFEFF"), { maxLength: 6 }),
    );
    const texts = [...payloads, ...fc.sample(anything, 2000).map((text) => [text].flat().join(""))];
    const folder = await mkdtemp(join(tmpdir(), "telltale-csv-"));
    const store = await openDuckdbStore({ path: join(folder, "history.duckdb") });
    try {
      const events = texts.map((text, i) =>
        requestEvent({ id: `r${i}`, userId: text, model: text, cost: -1.5 }),
      );
      await store.append(events, Date.UTC(2026, 5, 1));
      const columns = ["user_id", "cost", "model"] as const;
      const { parts } = await store.exportText({ filter: {}, columns }, "csv");
      const reader = new CsvReader();
      const records: CsvRecord[] = [];
      for await (const part of parts) records.push(...reader.push(part));
      records.push(...reader.end());
      const [, ...rows] = records.map(({ fields }) => fields);
      expect(rows).toHaveLength(texts.length);
      for (const [i, row] of rows.entries()) {
        const [user, cost, model] = row.map(({ text }) => text);
        expect(user).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect([textOfCsv(user ?? ""), textOfCsv(model ?? "")]).toEqual([texts[i], texts[i]]);
        expect(cost).toBe("-1.5");
      }
    } finally {
      await store.close();
      await rm(folder, { recursive: true });
    }
  }, 60_000);

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
