// Fails when package-lock.json names a registry address or lacks a platform package that an
// installed package lists as optional: either would break `npm ci` on somebody else's machine.
import { readFileSync } from "node:fs";

const file = process.argv[2] ?? "package-lock.json";
const lock = JSON.parse(readFileSync(file, "utf8"));
const names = new Set(Object.keys(lock.packages).map((key) => key.split("node_modules/").pop()));
const faults = [];
for (const [key, pkg] of Object.entries(lock.packages)) {
  if (/^https?:/.test(pkg.resolved ?? "")) faults.push(`${key}: names a registry address`);
  const missing = Object.keys(pkg.optionalDependencies ?? {}).filter((name) => !names.has(name));
  if (missing.length > 0) faults.push(`${key} ${pkg.version}: missing ${missing.join(", ")}`);
}
for (const fault of faults) console.error(`${file}: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
