import { expect, it } from "vitest";
import { check } from "../check-spec.mjs";

const spec = "# Promises\n\n- **S1** The first.\n- **C12** The second.\n";
const tests = (text) => new Map([["a.test.ts", text]]);

it("is content when every promise is cited and every citation is a promise", () => {
  expect(check(spec, tests('it("[S1] [C12] does both", f);'))).toEqual([]);
  expect(check(spec, tests("it.each(rows)('[S1] %s', f);\ntest(`[C12] b`, f);"))).toEqual([]);
});

it.each([
  ["untested", spec, 'it("[S1] a", f);'],
  ["unknown", spec, 'it("[S1] a", f); it("[C12] b", f); it("[S3] c", f);'],
  ["twice", `${spec}- **S1** Again.\n`, 'it("[S1] a", f); it("[C12] b", f);'],
  ["absent", "# Promises\n", ""],
])("finds a promise that is %s", (_, text, test) => {
  expect(check(text, tests(test))).toHaveLength(1);
});
