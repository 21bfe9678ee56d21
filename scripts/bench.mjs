// `npm run bench` lists the benchmarks, `npm run bench -- visible` runs one.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./root.mjs";

const directory = path.join(root, "bench");
const fileOf = (name) => path.join(directory, `${name}.mjs`);
const [name] = process.argv.slice(2);

if (name && existsSync(fileOf(name))) await import(pathToFileURL(fileOf(name)).href);
else {
  if (name) console.error(`There is no benchmark ${name}.`);
  for (const file of readdirSync(directory).filter((entry) => entry.endsWith(".mjs"))) {
    const title = readFileSync(path.join(directory, file), "utf8").split("\n")[0];
    console.log(`npm run bench -- ${file.slice(0, -4)}   ${title.replace(/^\/\/\s*/, "")}`);
  }
  process.exitCode = name ? 1 : 0;
}
