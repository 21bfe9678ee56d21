// docs/guide-coverage.md against the integration guide, where that is at hand: every item of the
// guide has its row. (Dead links in the rows are found by check-links.mjs.)
import { existsSync, readFileSync } from "node:fs";
import { isMain, report } from "./sources.mjs";

const GUIDE = "../shared/guide/integration-guide.md";
const COVERAGE = "docs/guide-coverage.md";

/** What the guide promises: steps, options, callbacks, variables, hints, checklist, next steps. */
export function items(guide) {
  const found = [...guide.matchAll(/^## (Step \d+: .+)$/gm)].map((match) => match[1]);
  const provider = /config=\{\{([\s\S]*?)\}\}([\s\S]*?)>\n {6}</.exec(guide);
  if (provider) {
    found.push(...[...provider[1].matchAll(/^\s+(\w+):/gm)].map((match) => match[1]));
    found.push(...[...provider[2].matchAll(/^\s+(on\w+)=/gm)].map((match) => match[1]));
  }
  found.push(...[...guide.matchAll(/^([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]));
  found.push(...[...guide.matchAll(/^- \[ \] (.+)$/gm)].map((match) => match[1]));
  for (const match of guide.matchAll(/^\d+\. (?:\*\*(.+?)\*\*.*|(.+))$/gm)) {
    found.push(match[1] ?? match[2]);
  }
  return [...new Set(found.map((item) => item.trim()))];
}

/** The first cell of every row. */
export function rows(coverage) {
  return [...coverage.matchAll(/^\| (.+?) \| .+ \|$/gm)].map((match) => match[1].trim());
}

export function check(guide, coverage) {
  const covered = new Set(rows(coverage));
  return items(guide)
    .filter((item) => !covered.has(item))
    .map((item) => `${COVERAGE}: no row for "${item}"`);
}

if (isMain(import.meta)) {
  if (existsSync(GUIDE)) {
    report(check(readFileSync(GUIDE, "utf8"), readFileSync(COVERAGE, "utf8")));
  } else {
    console.log("the guide is not at hand; its coverage was not compared");
  }
}
