import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const manifest: unknown = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);

/** This package's version. */
export const version: string =
  typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "0.0.0";

/** Where the built dashboard is; null when it has not been built. */
export function dashboardRoot(): string | null {
  const root = fileURLToPath(new URL("../dashboard", import.meta.url));
  return existsSync(`${root}/index.html`) ? root : null;
}
