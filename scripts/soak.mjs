// `npm run soak` lists the long forms of the reliability tests, `npm run soak -- R2` runs one.
import { spawnSync } from "node:child_process";
import { ensureBuilt } from "./build.mjs";
import { root } from "./root.mjs";
import { ensureTracer } from "./tracer.mjs";

const soaks = {
  R1: {
    about: "500 × kill -9 while four processes append, and 500 of a server under load",
    tests: ["packages/telltale/test/history-kill.test.ts", "packages/telltale/test/kill.test.ts"],
    env: { TELLTALE_KILLS: "500", TELLTALE_LARGEST_BATCH: "600", TELLTALE_LONGEST_LIFE: "2500" },
  },
  R2: {
    about: "10,000 power cuts rebuilt from 20 recordings of writes and syncs, with torn writes",
    tests: ["packages/telltale/test/power-loss.test.ts"],
    env: {
      TELLTALE_POWER_CUTS: "10000",
      TELLTALE_RECORDINGS: "20",
      TELLTALE_RECORDED_BATCHES: "200",
    },
  },
  R3: {
    about: "10,000 bad networks between the hub and the client, over every transport",
    tests: ["packages/telltale/test/stream-schedules.test.ts"],
    env: { TELLTALE_SEEDS: "10000", TELLTALE_FIRST_SEED: "1000" },
  },
  R10: {
    about: "every decoder, on a hundred times as many inputs as in npm test, others in each run",
    tests: [
      ...["otlp-malformed", "otlp-metrics", "native", "litellm", "helicone", "prometheus-text"],
      ...["proxy-sse", "csv"],
    ]
      .map((name) => `packages/telltale/test/${name}.test.ts`)
      .concat(["validate", "query"].map((name) => `packages/protocol/test/${name}.test.ts`))
      .concat(["http", "inbox"].map((name) => `packages/client/test/${name}.test.ts`)),
    env: { TELLTALE_RUNS: "100", TELLTALE_SEED: String(Math.floor(Math.random() * 2 ** 31)) },
    more: ["--testTimeout=3600000"],
  },
  R13: {
    about: "50 projects × 200 subscriptions × 100,000 events: no byte of one in another",
    tests: ["packages/telltale/test/projects-apart.test.ts"],
    env: { TELLTALE_PROJECTS: "50", TELLTALE_SUBSCRIPTIONS: "200", TELLTALE_EVENTS: "100000" },
  },
  "R8-ingest": {
    about: "thirty minutes of sustained ingest, the server's memory looked at every half a minute",
    run: ["scripts/bench.mjs", "ingest", "--callers", "64", "--seconds", "2160", "--memory"],
  },
};

const [name = ""] = process.argv.slice(2);
const soak = soaks[name];
if (soak === undefined) {
  if (name) console.error(`There is no long test ${name}.`);
  for (const [id, { about }] of Object.entries(soaks))
    console.log(`npm run soak -- ${id}   ${about}`);
  process.exit(name ? 1 : 0);
}
if (!(await ensureBuilt())) process.exit(1);
await ensureTracer();
const env = { ...soak.env, ...process.env };
const command = soak.run
  ? [process.execPath, ...soak.run]
  : ["npx", "vitest", "run", "--project", "node", ...soak.tests, ...(soak.more ?? [])];
if (env.TELLTALE_SEED) console.log(`seed ${env.TELLTALE_SEED}`);
const { status } = spawnSync(command[0], command.slice(1), { cwd: root, stdio: "inherit", env });
process.exit(status ?? 1);
