import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const file = path.resolve("../shared/guide/integration-guide.md");

/** The guide that users were given, where it lies beside the repository; null elsewhere. */
export const guide: string | null = existsSync(file) ? readFileSync(file, "utf8") : null;

/** Why its tests are left out. */
export const absent = "../shared/guide is not here";

/** The fenced blocks of one language, as written, under the heading each stands below. */
export function blocksOf(markdown: string, language: string): Map<string, string> {
  const blocks = new Map<string, string>();
  let heading = "";
  for (const match of markdown.matchAll(/^## (.+)$|^```(\w+)\n([\s\S]*?)^```$/gm)) {
    if (match[1] !== undefined) heading = match[1];
    else if (match[2] === language) blocks.set(heading, match[3] ?? "");
  }
  return blocks;
}

/** The fenced blocks whose first line is a comment that names a file, by that name; and the others. */
export function filesOf(markdown: string): { files: Map<string, string>; others: string[] } {
  const files = new Map<string, string>();
  const others: string[] = [];
  for (const [, text = ""] of markdown.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)) {
    const name = /^(?:\/\/|#) (\S*\.\w+)\n/.exec(text)?.[1];
    if (name === undefined) others.push(text);
    else if (files.has(name)) throw new Error(`two blocks are ${name}`);
    else files.set(name, text);
  }
  return { files, others };
}
