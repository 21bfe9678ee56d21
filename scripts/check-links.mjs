// Relative links in *.md lead to a file that is there, and to a heading of it.
import { existsSync } from "node:fs";
import path from "node:path";
import { root } from "./root.mjs";
import { files, isMain, lineAt, read, report } from "./sources.mjs";

const blank = (text) => text.replace(/[^\n]/g, " ");

/** The text without code, where brackets mean something else. */
function prose(markdown) {
  return markdown
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, blank)
    .replace(/`[^`\n]*`/g, blank)
    .replace(/<!--[\s\S]*?-->/g, blank);
}

/** Anchors as GitHub derives them from headings. */
export function anchors(markdown) {
  const seen = new Map();
  const code = markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, blank);
  return [...code.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading]) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** Relative targets of links and images, with their lines. */
export function links(markdown) {
  const text = prose(markdown);
  return [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\s*\[[^\]]+\]:\s*(\S+)/gm)]
    .map((match) => ({ target: match[1] ?? match[2], line: lineAt(text, match.index) }))
    .filter(({ target }) => !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(target));
}

/** @param exists (name) → boolean @param text (name) → string */
export function check(names, exists, text) {
  return names.flatMap((name) =>
    links(text(name)).flatMap(({ target, line }) => {
      const [file = "", anchor] = decodeURI(target).split("#");
      const full = file === "" ? name : path.posix.join(path.posix.dirname(name), file);
      if (!exists(full)) return [`${name}:${line}: ${target} is not there`];
      if (!anchor || !full.endsWith(".md") || anchors(text(full)).includes(anchor)) return [];
      return [`${name}:${line}: ${full} has no heading for #${anchor}`];
    }),
  );
}

if (isMain(import.meta))
  report(check(files(/\.md$/), (name) => existsSync(path.join(root, name)), read));
