import fc, { runs } from "@telltale/testkit/properties";
import { describe, expect, test } from "vitest";
import { decode } from "../src/ingest/prometheus/decode.ts";
import { Page } from "../src/ingest/prometheus/page.ts";
import {
  type Exposition,
  ExpositionError,
  parseExposition,
  readExposition,
} from "../src/ingest/prometheus/text.ts";
import * as pages from "./engine-pages.ts";

const only = (text: string) => {
  const { samples } = parseExposition(text);
  expect(samples).toHaveLength(1);
  const [sample] = samples;
  if (sample === undefined) throw new Error("no sample");
  return { ...sample, labels: Object.fromEntries(sample.labels) };
};
const error = (text: string): string => {
  try {
    parseExposition(text);
  } catch (caught) {
    expect(caught).toBeInstanceOf(ExpositionError);
    return caught instanceof Error ? caught.message : "";
  }
  throw new Error("it was read");
};

describe("[G1] a page of metrics", () => {
  test.each([
    ["up 1", { name: "up", labels: {}, value: 1, timestamp: undefined }],
    ["a:b_total 1e3", { name: "a:b_total", labels: {}, value: 1000, timestamp: undefined }],
    ["up 1 1395066363000", { name: "up", labels: {}, value: 1, timestamp: 1_395_066_363_000 }],
    ["up +Inf", { name: "up", labels: {}, value: Number.POSITIVE_INFINITY, timestamp: undefined }],
    ["up -Inf", { name: "up", labels: {}, value: Number.NEGATIVE_INFINITY, timestamp: undefined }],
    ["up NaN", { name: "up", labels: {}, value: Number.NaN, timestamp: undefined }],
    ["\tup\t.5\r\n", { name: "up", labels: {}, value: 0.5, timestamp: undefined }],
    ['up{a="1",b="2",} 3', { name: "up", labels: { a: "1", b: "2" }, value: 3 }],
    ['up { a = "1" , b = "2" } 3', { name: "up", labels: { a: "1", b: "2" }, value: 3 }],
    ["up{} 3", { name: "up", labels: {}, value: 3 }],
    [
      'up{path="C:\\\\DIR\\n\\"x\\"",odd="\\d"} 3',
      { labels: { path: 'C:\\DIR\n"x"', odd: "\\d" } },
    ],
    ['up{brace="}{,=#",empty=""} 3', { labels: { brace: "}{,=#", empty: "" } }],
    ['{"http.status",code="200"} 3', { name: "http.status", labels: { code: "200" } }],
    ['up{"label.with.dots"="1"} 3', { name: "up", labels: { "label.with.dots": "1" } }],
    ['up{constructor="a",__proto__="b"} 3', { name: "up" }],
  ])("%j is read", (text, expected) => {
    expect(only(text)).toMatchObject(expected);
  });

  test("types and help are read, comments and blank lines passed over", () => {
    const read = parseExposition(
      "# HELP up Is it\\nup? \\\\ yes\n# TYPE up gauge\n\n# just words\n#EOFish\nup 1\n",
    );
    expect(read.help.get("up")).toBe("Is it\nup? \\ yes");
    expect(read.types.get("up")).toBe("gauge");
  });

  test("OpenMetrics: exemplars, units, timestamps in seconds, the end", () => {
    const text = `# TYPE foo histogram
# UNIT foo seconds
foo_bucket{le="0.01"} 8 # {} 0.004
foo_bucket{le="+Inf"} 17 1520879607.789 # {trace_id="KOO5S4vxi0o",span="a\\"b"} 0.67 1520879607.7
foo_count 17
foo_created 1520430000.123
# EOF
`;
    const { samples } = parseExposition(text);
    expect(samples.map(({ value }) => value)).toEqual([8, 17, 17, 1_520_430_000.123]);
    expect(samples[1]?.timestamp).toBeCloseTo(1_520_879_607_789, 0);
  });

  test.each([
    ["<!doctype html>", "line 1, column 1: expected a metric name"],
    ['{"status":"ok"}', "line 1, column 10: expected , or }"],
    ["up", "line 1, column 3: expected a number"],
    ["up one", "line 1, column 4: expected a number"],
    ["up 0x1F", "line 1, column 4: expected a number"],
    ["up 1,5", "line 1, column 4: expected a number"],
    ["up 1 2 3", "line 1, column 8: expected the end of the line"],
    ["\nup 1 x", "line 2, column 6: expected a number"],
    ["up 1 Inf", "line 1, column 9: expected a finite timestamp"],
    ['up{a="1"', "line 1, column 9: expected , or }"],
    ['up{a="1} 3', "line 1, column 11: expected a closing quote"],
    ['up{a="1\\', "line 1, column 9: expected a closing quote"],
    ["up{a=1} 3", "line 1, column 6: expected a quoted label value"],
    ['up{a="1",a="2"} 3', "line 1, column 13: expected each label once"],
    ['up{a="1" b="2"} 3', "line 1, column 10: expected , or }"],
    ['up{,a="1"} 3', "line 1, column 4: expected a label name"],
    ['{a="1"} 3', "line 1, column 8: expected a metric name"],
    ["# TYPE up meter", "line 1, column 16: expected a metric type such as counter or gauge"],
    ["up 1 # 3", "line 1, column 8: expected an exemplar's labels"],
    ["# EOF\nup 1\n# EOF\n", "line 2, column 1: expected nothing after # EOF"],
    [`${"u".repeat(600)} 1`, "line 1, column 601: expected a name of at most 512"],
    [`up{a="${"v".repeat(9000)}"} 1`, "line 1, column 9007: expected at most 8192 characters"],
    [`up ${" ".repeat(70_000)}1`, "line 1, column 1: expected a line of at most 65536"],
  ])("%j is refused with where and what", (text, message) => {
    expect(error(text)).toBe(message);
  });

  test("has bounds on labels and samples", () => {
    const labels = Array.from({ length: 65 }, (_, i) => `l${i}="x"`).join(",");
    expect(error(`up{${labels}} 1`)).toMatch(/at most 64 labels$/);
    expect(error(Array.from({ length: 200_001 }, (_, i) => `u${i} 1\n`).join(""))).toBe(
      "line 200001, column 1: expected at most 200000 samples on a page",
    );
  });

  test("that is large is read in steps of 128 KiB, so that others get their turn", () => {
    const line = `m{${Array.from({ length: 20 }, (_, i) => `label_${i}="${"\\n".repeat(20)}"`).join(",")}} 1\n`;
    const text = Array.from({ length: 1000 }, (_, i) => `m${i}${line}`).join("");
    let steps = 0;
    for (const reading = readExposition(text); !reading.next().done; ) steps++;
    expect(steps).toBe(Math.floor(text.length / (131_072 + line.length)));
  });

  test("whose series stands twice counts once", () => {
    expect(only('up{a="1"} 1\nup{a="1"} 2\n')).toMatchObject({ value: 1 });
  });
});

const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,20}$/);
const label = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,20}$/);
const value = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const text = fc.string({ unit: "binary", maxLength: 30 });
const sample = fc.record({
  name,
  labels: fc.uniqueArray(fc.tuple(label, text), { selector: ([key]) => key, maxLength: 6 }),
  value,
  timestamp: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
});

/** A series may stand on a page once. */
const seriesOf = ({ name, labels }: { name: string; labels: [string, string][] }): string =>
  JSON.stringify([name, [...labels].sort(([a], [b]) => (a < b ? -1 : 1))]);

const escaped = (raw: string): string =>
  raw.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
const shown = (number: number): string =>
  Number.isNaN(number)
    ? "NaN"
    : Number.isFinite(number)
      ? String(number)
      : number > 0
        ? "+Inf"
        : "-Inf";

describe("[G1] any page", () => {
  test("that is written by the rules is read back exactly", () => {
    fc.assert(
      fc.property(fc.uniqueArray(sample, { maxLength: 10, selector: seriesOf }), (samples) => {
        const page = samples
          .map(({ name, labels, value, timestamp }) => {
            const pairs = labels.map(([key, raw]) => `${key}="${escaped(raw)}"`);
            return `${name}{${pairs.join(",")}} ${shown(value)}${timestamp === undefined ? "" : ` ${timestamp}`}\n`;
          })
          .join("");
        const read = parseExposition(page).samples.map((one) => ({
          ...one,
          labels: [...one.labels],
          value: shown(one.value),
        }));
        expect(read).toEqual(
          samples.map(({ value, ...rest }) => ({ ...rest, value: shown(value) })),
        );
      }),
      { numRuns: runs(1000) },
    );
  });

  const source = { name: "fuzz", at: 0, validFor: 1000 };
  const ends = (page: string): void => {
    let read: Exposition | undefined;
    try {
      read = parseExposition(page);
    } catch (caught) {
      expect(caught).toBeInstanceOf(ExpositionError);
      expect(String(caught)).toMatch(/line \d+, column \d+: expected .+$/);
    }
    for (const one of read?.samples ?? []) expect(one.name).not.toBe("");
    if (read === undefined) return;
    const { engines, gpus, rateLimits } = decode(Page.of(read, 0), source);
    const figures = JSON.stringify([engines, gpus, rateLimits], (_, value: unknown) => {
      if (typeof value === "number" && !(Number.isFinite(value) && value >= 0)) return "wrong";
      return value;
    });
    expect(figures).not.toContain('"wrong"');
  };

  test("of arbitrary text ends in figures or a described refusal", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), ends), {
      numRuns: runs(10_000),
    });
    const pieces = fc.constantFrom(...'{}",=\\# \n+-.eE019ab_:', "# TYPE ", "# EOF", "NaN", " 1\n");
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join("")),
        ends,
      ),
      { numRuns: runs(20_000) },
    );
  });

  test("of an engine with bytes changed, cut or doubled ends likewise", () => {
    const corpus = Object.values(pages).map((page) =>
      typeof page === "string" ? page : page("0"),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...corpus),
        fc.array(fc.tuple(fc.nat(4000), fc.nat(3), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (page, edits) => {
          let changed = page;
          for (const [at, kind, code] of edits) {
            const letter = String.fromCharCode(code);
            if (kind === 0) changed = changed.slice(0, at) + letter + changed.slice(at + 1);
            if (kind === 1) changed = changed.slice(0, at) + changed.slice(at + code);
            if (kind === 2) changed = changed.slice(0, at) + changed.slice(Math.max(0, at - code));
            if (kind === 3) changed = changed.slice(0, at + code);
          }
          ends(changed);
        },
      ),
      { numRuns: runs(20_000) },
    );
  });
});
