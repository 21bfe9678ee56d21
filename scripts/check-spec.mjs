// SPEC.md's promises and the tests that prove them, both ways.
import { files, isMain, read, report } from "./sources.mjs";

/** Ids of the promises: `- **S1** …`, one per line. */
export function promises(spec) {
  return [...spec.matchAll(/^\s*- \*\*([A-Z]+\d+)\*\*/gm)].map((match) => match[1]);
}

/** Ids cited at the start of test titles: `it("[S1] …")`, `it("[S1] [S2] …")`. */
export function cited(test) {
  return [...test.matchAll(/\(\s*["'`]((?:\[[A-Z]+\d+\]\s*)+)/g)].flatMap((match) =>
    [...match[1].matchAll(/[A-Z]+\d+/g)].map((id) => id[0]),
  );
}

/** @param tests file name → text */
export function check(spec, tests) {
  const ids = promises(spec);
  const faults = ids
    .filter((id, index) => ids.indexOf(id) !== index)
    .map((id) => `SPEC.md: ${id} stands twice`);
  if (ids.length === 0) faults.push("SPEC.md: no promise of the form `- **S1** …`");
  const proved = new Set();
  for (const [file, text] of tests) {
    for (const id of cited(text)) {
      proved.add(id);
      if (!ids.includes(id)) faults.push(`${file}: [${id}] is not in SPEC.md`);
    }
  }
  for (const id of new Set(ids))
    if (!proved.has(id)) faults.push(`SPEC.md: ${id} is proved by no test title`);
  return faults;
}

if (isMain(import.meta)) {
  const spec = files(/^SPEC\.md$/)
    .map(read)
    .join("");
  const tests = files(/\.(?:test|spec)\.(?:tsx?|mjs)$/).filter(
    (name) => !name.startsWith("scripts/"),
  );
  report(check(spec, new Map(tests.map((name) => [name, read(name)]))));
}
