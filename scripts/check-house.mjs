// House rules that no other tool knows.
import { files, isMain, lineAt, read, report } from "./sources.mjs";

const isSource = (name) =>
  /\.tsx?$/.test(name) &&
  !/\.test\.|\.spec\.|\/tests?\/|^e2e\/|^bench\/|testkit|generated/.test(name);
const isTest = (name) => /\.(?:test|spec)\.(?:tsx?|mjs)$/.test(name);
const isText = (name) => !/package-lock\.json$|\.(?:png|webp|pb|ico|woff2)$/.test(name);

/** Longest file of source, in lines: beyond it there is more than one idea. */
const longest = 350;

const patterns = [
  { in: isSource, pattern: /: any\b|<any>|as any\b/g, says: "any" },
  { in: isSource, pattern: /@ts-(?:ignore|nocheck)/g, says: "a switched-off type check" },
  {
    in: isSource,
    pattern: /TODO|FIXME|XXX|not implemented|coming soon|placeholder data|lorem ipsum/g,
    says: "an unfinished mark",
  },
  {
    in: isTest,
    pattern: /\b(?:it|test|describe)\.(?:skip|only|todo|fixme)\b/g,
    says: "a skipped or focused test",
  },
  {
    in: isText,
    pattern: /(?<![\w.])\/(?:work|farm|tmp\/bash)\/|(?<![\w.])\/(?:home|Users)\/[a-z]+\//g,
    says: "a path of one machine",
  },
];

/** @param sources file name → text */
export function check(sources) {
  const faults = [];
  for (const [name, text] of sources) {
    for (const rule of patterns.filter((entry) => entry.in(name)))
      for (const match of text.matchAll(rule.pattern))
        faults.push(`${name}:${lineAt(text, match.index)}: ${rule.says} (${match[0]})`);
    const lines = text.split("\n").length - 1;
    if (isSource(name) && lines > longest)
      faults.push(`${name}: ${lines} lines, more than ${longest}`);
    if (isSource(name) && /\/(?:utils?|helpers?|common|misc|manager)[./]/.test(name))
      faults.push(`${name}: a name that says nothing`);
  }
  return faults;
}

if (isMain(import.meta)) {
  const own = /^scripts\/(?:test\/)?check-house\./;
  const names = files(/./).filter((name) => isText(name) && !own.test(name));
  report(check(new Map(names.map((name) => [name, read(name)]))));
}
