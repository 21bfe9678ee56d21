import fc from "@telltale/testkit/properties";
import { describe, expect, test } from "vitest";
import { csvOf, csvText, jsonOf, seriesTable } from "../src/export/data-table.ts";
import { fileName } from "../src/export/save-table.ts";

/** The fields of RFC 4180 text, one list per record. */
function fieldsOf(csv: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < csv.length; at++) {
    const character = csv[at];
    if (quoted && character === '"' && csv[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (character === '"') quoted = !quoted;
    else if (quoted || (character !== "," && character !== "\r")) field += character;
    else {
      record.push(field);
      field = "";
      if (character === "\r") {
        records.push(record);
        record = [];
        at += 1;
      }
    }
  }
  return records;
}

describe("[W5] a file for spreadsheets", () => {
  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "'=1", "''-x"])(
    "the text %j gets an apostrophe",
    (text) => expect(fieldsOf(`${csvText(text)}\r\n`)).toEqual([[`'${text}`]]),
  );

  test.each(["gpt-4o", "a=b", "it's", "'quoted'", "5"])("the text %j stays as it is", (text) => {
    expect(csvText(text)).toBe(text);
  });

  test("numbers stay numbers, unknown is empty", () => {
    expect(csvOf({ columns: ["a", "b", "c"], rows: [[-1.5, 1e-7, null]] })).toBe(
      "a,b,c\r\n-1.5,1e-7,\r\n",
    );
  });

  test("no field begins a formula, and every text comes back by taking one apostrophe away", () => {
    const unit = fc.constantFrom(...`=+-@\t\r\n＝＋－＠'",; a1é💡`);
    const texts = fc.array(fc.string({ unit }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(texts, (row) => {
        const [, read = []] = fieldsOf(csvOf({ columns: row.map(() => "c"), rows: [row] }));
        for (const [index, text] of row.entries()) {
          const field = read[index] ?? "";
          expect(field).not.toMatch(/^[=+\-@\t\r]/);
          expect(field.startsWith("'") && field.slice(1) === text ? text : field).toBe(text);
        }
      }),
    );
  });
});

test("lines over time become a row per moment, gaps stay empty", () => {
  const table = seriesTable([
    {
      label: "a",
      color: "red",
      points: [
        [0, 1],
        [1000, null],
      ],
    },
    { label: "=b", color: "blue", points: [[1000, 2]] },
  ]);
  expect(csvOf(table)).toBe(
    "time,a,'=b\r\n1970-01-01T00:00:00.000Z,1,\r\n1970-01-01T00:00:01.000Z,,2\r\n",
  );
});

test("as JSON, columns of the same name are told apart", () => {
  expect(JSON.parse(jsonOf({ columns: ["x", "x", "y"], rows: [[1, 2, null]] }))).toEqual([
    { x: 1, "x (2)": 2, y: null },
  ]);
});

test("a file's name holds nothing that a file system minds", () => {
  const at = new Date(Date.UTC(2026, 10, 23, 14, 2, 31));
  expect(fileName('p95 "latency" / by model', "csv", at)).toBe(
    "p95-latency-by-model-2026-11-23T140231.csv",
  );
  expect(fileName("延迟", "png", at)).toBe("chart-2026-11-23T140231.png");
});
