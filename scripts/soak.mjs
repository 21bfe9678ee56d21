// `npm run soak` lists the long forms of the reliability tests, `npm run soak -- R2` runs one.
import { spawnSync } from "node:child_process";
import { ensureBuilt } from "./build.mjs";
import { root } from "./root.mjs";

const soaks = {
  R1: {
    about: "500 × kill -9 while four processes append, restarting each time",
    tests: ["packages/telltale/test/history-kill.test.ts", "packages/telltale/test/kill.test.ts"],
    env: { TELLTALE_KILLS: "500" },
  },
  R2: {
    about: "10,000 power cuts rebuilt from recorded writes and syncs, with torn writes",
    tests: ["packages/telltale/test/power-loss.test.ts"],
    env: { TELLTALE_POWER_CUTS: "10000", TELLTALE_RECORDED_SECONDS: "20" },
  },
  R13: {
    about: "50 projects × 200 subscriptions × 100,000 events: no byte of one in another",
    tests: ["packages/telltale/test/projects-apart.test.ts"],
    env: { TELLTALE_PROJECTS: "50", TELLTALE_SUBSCRIPTIONS: "200", TELLTALE_EVENTS: "100000" },
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
const env = { ...soak.env, ...process.env };
const { status } = spawnSync("npx", ["vitest", "run", "--project", "node", ...soak.tests], {
  cwd: root,
  stdio: "inherit",
  env,
});
process.exit(status ?? 1);
