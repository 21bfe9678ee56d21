import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

const source = "@telltale/source";

export default defineConfig({
  resolve: { conditions: [source, ...defaultServerConditions] },
  // Vitest gives these to Node as well, which does not know "module" and must not: some packages
  // (@opentelemetry/api) keep bundler-only files behind it.
  ssr: { resolve: { conditions: [source, "node"] } },
  test: {
    // All cores: much of the time goes by waiting for disks and child processes.
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          environment: "node",
          include: [
            "packages/{protocol,client,telltale,testkit}/test/**/*.test.ts",
            "scripts/test/**/*.test.mjs",
          ],
          // Of a machine that does other things as well.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        resolve: { tsconfigPaths: true, conditions: [source, ...defaultClientConditions] },
        test: {
          name: "dom",
          environment: "happy-dom",
          include: ["packages/react/test/**/*.test.tsx", "apps/dashboard/test/**/*.test.{ts,tsx}"],
        },
      },
    ],
  },
});
