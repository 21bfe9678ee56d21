import { describe, expect, test } from "vitest";
import { bytes, bytesPerSecond } from "../src/format/bytes.ts";
import { ago, duration, exactDuration } from "../src/format/duration.ts";
import { exactMoney, money } from "../src/format/money.ts";
import { count, exact, percentage, rate, share, three } from "../src/format/number.ts";
import { spanInWords } from "../src/format/time.ts";

test("a short span has seconds where they make a difference", () => {
  const noon = Date.UTC(2026, 0, 1, 12);
  expect(spanInWords(noon + 9_000, noon + 69_000)).toMatch(/:09.*:09/);
  expect(spanInWords(noon, noon + 60_000)).not.toMatch(/:\d\d:/);
  expect(spanInWords(noon + 9_000, noon + 3_609_000)).not.toMatch(/:09/);
});

describe("numbers", () => {
  test.each([
    [0, "0"],
    [0.0004, "<0.001"],
    [0.123_4, "0.123"],
    [1, "1.00"],
    [1.236, "1.24"],
    [9.996, "10.0"],
    [12.34, "12.3"],
    [99.96, "100"],
    [123.4, "123"],
    [-4.2, "-4.20"],
  ])("three significant digits of %d are %s", (value, text) => {
    expect(three(value)).toBe(text);
  });

  test.each([
    [0, "0"],
    [7, "7"],
    [1234, "1,234"],
    [9999, "9,999"],
    [10_000, "10.0k"],
    [38_249, "38.2k"],
    [999_499, "999k"],
    [999_600, "1.00M"],
    [1_240_000, "1.24M"],
    [7_500_000_000, "7.50B"],
  ])("the count %d is %s", (value, text) => {
    expect(count(value)).toBe(text);
  });

  test("a rate keeps three digits and scales", () => {
    expect([rate(0), rate(0.125), rate(12.34), rate(1240)]).toEqual([
      "0",
      "0.125",
      "12.3",
      "1.24k",
    ]);
  });

  test("a share is a percentage of three digits", () => {
    expect([share(0), share(0.000_42), share(0.042), share(0.1234), share(1)]).toEqual([
      "0%",
      "0.0420%",
      "4.20%",
      "12.3%",
      "100%",
    ]);
    expect(percentage(87.65)).toBe("87.7%");
  });

  test("unknown, NaN and infinity are a dash, never a zero", () => {
    for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const write of [count, rate, share, percentage, money, duration, bytes, exact]) {
        expect(write(value)).toBe("—");
      }
    }
  });
});

describe("money", () => {
  test.each([
    [0, "$0.00"],
    [0.0042, "$0.0042"],
    [0.000_012_3, "$0.000012"],
    [0.5, "$0.50"],
    [0.996, "$1.00"],
    [12.4, "$12.40"],
    [1234.567, "$1,234.57"],
    [123_456, "$123K"],
  ])("%d is %s", (value, text) => {
    expect(money(value)).toBe(text);
  });

  test("the full value keeps nine decimals", () => {
    expect(exactMoney(0.000_000_123)).toBe("$0.000000123");
  });
});

describe("durations", () => {
  test.each([
    [0, "0 ms"],
    [0.42, "0.420 ms"],
    [82.44, "82.4 ms"],
    [820, "820 ms"],
    [999.7, "1.00 s"],
    [1240, "1.24 s"],
    [59_900, "59.9 s"],
    [59_960, "1 min 00 s"],
    [125_000, "2 min 05 s"],
    [3_725_000, "1 h 02 min"],
    [90_000_000, "1 d 1 h"],
  ])("%d ms is %s", (value, text) => {
    expect(duration(value)).toBe(text);
  });

  test("the full value is in ms", () => {
    expect(exactDuration(1240.5)).toBe("1,240.5 ms");
  });

  test("ages are whole units and never negative", () => {
    expect([ago(-500), ago(12_900), ago(185_000), ago(7_200_000), ago(400_000_000)]).toEqual([
      "now",
      "12 s ago",
      "3 min ago",
      "2 h ago",
      "4 d ago",
    ]);
  });
});

test("bytes use decimal units", () => {
  expect([bytes(0), bytes(512), bytes(38_249), bytes(999_700), bytes(1.24e9)]).toEqual([
    "0 B",
    "512 B",
    "38.2 kB",
    "1.00 MB",
    "1.24 GB",
  ]);
  expect(bytesPerSecond(1500)).toBe("1.50 kB/s");
});
