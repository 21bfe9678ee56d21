// Everything `npm test` runs besides the tests themselves: each is one command that succeeds or not.
import { tool } from "./tool.mjs";

const script = (name, ...args) => [process.execPath, `scripts/${name}.mjs`, ...args];

/** These need the sources only. */
export const ofSources = {
  "lockfile is complete": () => script("check-lock"),
  "lockfile of the Next.js example is complete": () =>
    script("check-lock", "examples/next/package-lock.json"),
  "lockfile of the React 18 test is complete": () =>
    script("check-lock", "e2e/react-18/package-lock.json"),
  "lockfile of the clients is complete": () =>
    script("check-lock", "e2e/clients/package-lock.json"),
  "lockfile of the benchmarks' peers is complete": () =>
    script("check-lock", "bench/peers/package-lock.json"),
  "lockfile of the audit is complete": () => script("check-lock", "bench/audit/package-lock.json"),
  "format and lint (biome)": () => [
    ...tool("@biomejs/biome", "biome"),
    "check",
    "--error-on-warnings",
    ".",
  ],
  "import directions": () => script("check-imports"),
  "house rules": () => script("check-house"),
  "promises and tests": () => script("check-spec"),
  "links in documents": () => script("check-links"),
  "coverage of the guide": () => script("check-guide"),
  "unused code (knip)": () => [...tool("knip"), "--no-progress"],
};

/** These need what was built. */
export const ofBuilds = {
  "types of the guide example": () => [...tool("typescript", "tsc"), "-p", "examples/guide"],
  "types of the Vite example": () => [...tool("typescript", "tsc"), "-p", "examples/vite-react"],
  "promises handled (oxlint)": () => [...tool("oxlint"), "--type-aware", "packages", "apps", "e2e"],
  "package correctness (publint, attw)": () => script("check-packages"),
  "size of the packages (size-limit)": () => tool("size-limit"),
  "size of the dashboard": () => script("check-dashboard-size"),
};
