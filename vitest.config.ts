import { availableParallelism } from "node:os";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const source = "@telltale/source";

/** Those that wait longest for disks and processes come first, so that none of them is left over alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      /\/(history-|kill|power-loss|stream-schedules|projects-apart|clients)[^/]*$/.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  resolve: { conditions: [source, ...defaultServerConditions] },
  // Vitest gives these to Node as well, which does not know "module" and must not: some packages
  // (@opentelemetry/api) keep bundler-only files behind it.
  ssr: { resolve: { conditions: [source, "node"] } },
  test: {
    // One more than there are cores: much of the time goes by waiting for disks and child processes.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
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
          // As far apart as processes, in half the time.
          pool: "vmThreads",
          include: ["packages/react/test/**/*.test.tsx", "apps/dashboard/test/**/*.test.{ts,tsx}"],
        },
      },
    ],
  },
});
