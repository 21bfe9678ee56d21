import { defineConfig, devices } from "@playwright/test";
import { findBrowser } from "./scripts/browser.mjs";

const longest = ["**/every-page.spec.ts", "**/truth.spec.ts"];

export default defineConfig({
  testDir: "e2e",
  projects: [
    // None of them is left over alone in the end.
    { name: "longest first", testMatch: longest },
    { name: "others", testMatch: "**/*.spec.ts", testIgnore: longest },
  ],
  fullyParallel: true,
  // One more than the cores of a small machine: much of the time goes by waiting.
  workers: 3,
  timeout: 60_000,
  forbidOnly: Boolean(process.env["CI"]),
  // A shared machine may starve a browser for seconds. What passes the second time is named.
  retries: process.env["CI"] ? 1 : 0,
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    ...devices["Desktop Chrome"],
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: findBrowser() ?? "",
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
