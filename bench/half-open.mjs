// How long until a link that froze is noticed, with a heartbeat of 5 s and 5 s to answer it.
import { kinds } from "./rig/kinds.mjs";
import { relay } from "./rig/relay.mjs";
import { machine, median, table } from "./rig/report.mjs";
import { listen } from "./rig/server.mjs";

const beat = { interval: 5_000, timeout: 5_000 };
/** Links of a kind, frozen at different moments of the heartbeat. */
const each = 5;
const longest = 30_000;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function notice(kind, phase) {
  const server = await listen((socket) => kind.speak(socket, beat));
  const link = await relay(server.port);
  let frozen = Number.POSITIVE_INFINITY;
  let noticed;
  let close = () => {};
  const result = new Promise((resolve) => {
    noticed = () => performance.now() > frozen && resolve(performance.now() - frozen);
    close = kind.open(link.url, { ...beat, down: noticed });
  });
  await wait(6_000 + phase);
  link.freeze();
  frozen = performance.now();
  const ms = await Promise.race([result, wait(longest).then(() => Number.POSITIVE_INFINITY)]);
  close();
  await link.close();
  await server.close();
  return ms;
}

const results = await Promise.all(
  kinds.map(async (kind) => {
    const phases = Array.from({ length: each }, (_, n) => (n * beat.interval) / each);
    return { name: kind.name, times: await Promise.all(phases.map((ms) => notice(kind, ms))) };
  }),
);
const shown = (ms) => (Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : "never");
table(
  `a link that freezes, heartbeat 5 s and 5 s to answer; ${each} moments of it`,
  ["client", "noticed after, median", "worst"],
  results.map(({ name, times }) => [name, shown(median(times)), shown(Math.max(...times))]),
);
console.log(`\nNever: not within ${longest / 1000} s.`);
machine();
process.exit();
