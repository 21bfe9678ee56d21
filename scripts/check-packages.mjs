// publint and attw over every package that is published, as it would be published.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./root.mjs";
import { report } from "./sources.mjs";
import { run, tool } from "./tool.mjs";

const faults = [];
for (const name of readdirSync(path.join(root, "packages"))) {
  const cwd = path.join(root, "packages", name);
  const manifest = JSON.parse(readFileSync(path.join(cwd, "package.json"), "utf8"));
  if (manifest.private) continue;
  const sheets = Object.keys(manifest.exports).filter((entry) => entry.endsWith(".css"));
  const attw = [...tool("@arethetypeswrong/cli", "attw"), "--pack", ".", "--profile", "esm-only"];
  if (sheets.length > 0) attw.push("--exclude-entrypoints", ...sheets);
  for (const command of [[...tool("publint"), "--strict"], attw]) {
    const { code, output } = await run(command, { cwd });
    if (code !== 0) faults.push(`${manifest.name}:\n${output.trimEnd()}`);
  }
}
report(faults);
