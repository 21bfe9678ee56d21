import fc from "fast-check";
import { expect, test } from "vitest";
import { exceedsDepth, isDeeper } from "../src/access/limits.ts";

test("[D2] nesting is judged the same in JSON text and in what was parsed of it", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 0, max: 8 }), (value, limit) => {
      const text = JSON.stringify(value);
      expect(isDeeper(JSON.parse(text), limit)).toBe(exceedsDepth(text, limit));
    }),
  );
});
