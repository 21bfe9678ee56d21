import fc from "@telltale/testkit/properties";
import { expect, test } from "vitest";
import { closeAction, formatPosition, parsePosition } from "../src/index.ts";

test("a position survives being written and read", () => {
  const epoch = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  const tick = fc.integer({ min: 0, max: 999_999_999_999_999 });
  fc.assert(
    fc.property(epoch, tick, (epoch, tick) => {
      expect(parsePosition(formatPosition({ epoch, tick }))).toEqual({ epoch, tick });
    }),
  );
});

test.each(["", ":", "a:", ":1", "a:-1", "a:1.5", "a:1e3", "a b:1", "a:1:2", "a:9999999999999999"])(
  "%j is no position",
  (text) => expect(parsePosition(text)).toBeUndefined(),
);

test.each([
  [1000, "retry"],
  [1001, "retry"],
  [1005, "retry"],
  [1006, "retry"],
  [1011, "retry"],
  [1012, "retry"],
  [1013, "retry_slowly"],
  [4000, "stop"],
  [4003, "stop"],
  [4099, "stop"],
  [4100, "refresh_token"],
  [4199, "refresh_token"],
  [4202, "retry_slowly"],
  [4203, "retry_slowly"],
  [4204, "retry_slowly"],
  [4299, "retry_slowly"],
  [4999, "retry"],
] as const)("a close with %i means: %s", (code, action) => {
  expect(closeAction(code)).toBe(action);
});
