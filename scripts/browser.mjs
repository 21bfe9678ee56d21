// Where a Chromium is, for the tests that need a real browser.
import { existsSync } from "node:fs";
import path from "node:path";
import { isMain } from "./sources.mjs";
import { run, step } from "./tool.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const places = {
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
  win32: ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((variable) =>
    ["Google\\Chrome\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"].map(
      (name) => path.join(process.env[variable] ?? "", name),
    ),
  ),
};

/** An installed browser's program, or undefined. `CHROME_PATH` comes first and is taken at its word. */
export function findBrowser() {
  if (process.env.CHROME_PATH) return process.env.CHROME_PATH;
  const windows = process.platform === "win32";
  const onPath = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter(Boolean)
    .flatMap((directory) =>
      names.map((name) => path.join(directory, windows ? `${name}.exe` : name)),
    );
  return [...onPath, ...(places[process.platform] ?? [])].find((file) => existsSync(file));
}

/** The prefix that makes a command run as root without asking anybody; undefined when there is none. */
async function asRoot() {
  if (process.platform !== "linux" || !existsSync("/usr/bin/apt-get")) return undefined;
  if (process.getuid?.() === 0) return [];
  const { code } = await run(["sudo", "-n", "true"]);
  return code === 0 ? ["sudo", "-n"] : undefined;
}

/** Installs Debian packages when that needs nobody's password. Returns whether they are there. */
export async function installDebian(...packages) {
  const root = await asRoot();
  if (!root) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = [...root, "apt-get"];
  await run([...apt, "update"], { env });
  const install = [...apt, "install", "-y", "--no-install-recommends", ...packages];
  return step(`Installing ${packages.join(" and ")} (apt-get)`, install, { env });
}

const advice = `No Chromium or Chrome was found. Do one of these and run it again:
  Debian, Ubuntu   sudo apt-get install chromium
  macOS            brew install --cask google-chrome
  elsewhere        install Chrome from https://www.google.com/chrome
  or set CHROME_PATH to the browser's program`;

/** A browser, installed if need be; undefined after having said what to do. */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found && existsSync(found)) return found;
  if (found) console.error(`CHROME_PATH names ${found}, which is not there.`);
  else if ((await installDebian("chromium")) && findBrowser()) return findBrowser();
  else console.error(advice);
  return undefined;
}

if (isMain(import.meta)) {
  const browser = await ensureBrowser();
  if (browser) console.log(browser);
  else process.exitCode = 1;
}
