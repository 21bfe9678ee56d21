import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const css = readFileSync(path.resolve("apps/dashboard/src/theme/theme.css"), "utf8");

type Linear = readonly [number, number, number];

/** CSS Color 4: OKLCH to linear sRGB, each channel clipped as a screen does. */
function fromOklch(l: number, c: number, h: number): Linear {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const L = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const M = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const S = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (x: number): number => Math.min(1, Math.max(0, x));
  return [
    clip(4.0767416621 * L - 3.3077115913 * M + 0.2309699292 * S),
    clip(-1.2684380046 * L + 2.6097574011 * M - 0.3413193965 * S),
    clip(-0.0041960863 * L - 0.7034186147 * M + 1.707614701 * S),
  ];
}

function fromHex(hex: string): Linear {
  const channel = (at: number): number => {
    const x = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function read(text: string): Linear {
  if (text.startsWith("#")) return fromHex(text);
  const parts = text.slice("oklch(".length, -1).split(" ").map(Number);
  const [l = Number.NaN, c = Number.NaN, h = Number.NaN] = parts;
  return fromOklch(l, c, h);
}

const defined = new Map(
  [
    ...css.matchAll(
      /--(?:color-)?([\w-]+): light-dark\((\S+\([^)]*\)|#\w{6}), (\S+\([^)]*\)|#\w{6})\)/g,
    ),
  ].map(([, name = "", light = "", dark = ""]) => [name, { light: read(light), dark: read(dark) }]),
);

/** WCAG 2.2, relative luminance. */
const luminance = ([r, g, b]: Linear): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(one: string, other: string, theme: "light" | "dark"): number {
  const [a, b] = [one, other].map((name) => {
    const color = defined.get(name);
    if (!color) throw new Error(`theme.css does not define ${name}`);
    return luminance(color[theme]);
  });
  const [low = 0, high = 0] = [a ?? 0, b ?? 0].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** What is read, and every ground it stands on. */
const grounds = ["page", "surface", "raised"];
const texts: readonly (readonly [string, readonly string[]])[] = [
  ["ink", [...grounds, "accent-soft", "watch-soft", "bad-soft", "demo-soft"]],
  ["muted", [...grounds, "watch-soft", "bad-soft"]],
  ["faint", grounds],
  ["accent", [...grounds, "accent-soft"]],
  ["good", grounds],
  ["watch", [...grounds, "watch-soft"]],
  ["bad", [...grounds, "bad-soft"]],
  ["info", grounds],
  ["demo", [...grounds, "demo-soft"]],
  ["page", ["accent"]],
];
const marks = Array.from({ length: 8 }, (_, index) => `series-${index + 1}`);

for (const theme of ["light", "dark"] as const) {
  test(`[X3] text has a contrast of at least 4.5 on every ground, ${theme}`, () => {
    const weak = texts.flatMap(([text, on]) =>
      on
        .map((ground) => ({ text, ground, ratio: contrast(text, ground, theme) }))
        .filter(({ ratio }) => ratio < 4.5),
    );
    expect(weak).toEqual([]);
  });

  test(`[X3] the lines and bars of charts have a contrast of at least 3, ${theme}`, () => {
    const weak = [...marks, "accent", "bad", "faint"]
      .flatMap((mark) => ["page", "surface"].map((ground) => [mark, ground] as const))
      .map(([mark, ground]) => ({ mark, ground, ratio: contrast(mark, ground, theme) }))
      .filter(({ ratio }) => ratio < 3);
    expect(weak).toEqual([]);
  });
}

/** Ottosson's OKLab, of linear sRGB: distances in it are about as far as they look. */
function toOklab([r, g, b]: Linear): Linear {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

test.each(["light", "dark"] as const)("no two lines of a chart look alike, %s", (theme) => {
  const labs = marks.map((mark) => toOklab(defined.get(mark)?.[theme] ?? [0, 0, 0]));
  const alike = labs.flatMap((one, index) =>
    labs
      .slice(index + 1)
      .map((other, after) => ({
        pair: `${index + 1} and ${index + after + 2}`,
        apart: Math.hypot(...one.map((value, axis) => value - (other[axis] ?? 0))),
      }))
      .filter(({ apart }) => apart < 0.1),
  );
  expect(alike).toEqual([]);
});

test("black on white is 21, and OKLCH gives the same grey as its sRGB", () => {
  expect(fromHex("#ffffff").map((x) => x.toFixed(3))).toEqual(
    fromOklch(1, 0, 0).map((x) => x.toFixed(3)),
  );
  // #777777 is oklch(0.569 0 0), and 4.48 on white.
  expect(1.05 / (luminance(fromOklch(0.5693, 0, 0)) + 0.05)).toBeCloseTo(4.48, 1);
});
