// How often a client knocks in 20 s at a server that accepts, greets, and closes after 20 ms.
import { kinds } from "./rig/kinds.mjs";
import { machine, median, ratio, table } from "./rig/report.mjs";
import { listen } from "./rig/server.mjs";

const lasts = 20_000;
const closesAfter = 20;
/** Clients of a kind, each with a server of its own; all at the same time. */
const each = 5;

async function knocks(kind, greets) {
  const server = await listen((socket) => {
    if (greets) kind.speak(socket, {});
    setTimeout(() => socket.terminate(), closesAfter);
  });
  const close = kind.open(server.url, {});
  await new Promise((resolve) => setTimeout(resolve, lasts));
  const { upgrades } = server;
  const others = server.times.length - upgrades;
  close();
  await server.close();
  return { upgrades, others };
}

const results = await Promise.all(
  kinds.map(async (kind) => {
    const times = (greets) => Promise.all(Array.from({ length: each }, () => knocks(kind, greets)));
    const [greeted, silent] = await Promise.all([times(true), times(false)]);
    return { name: kind.name, greeted, silent };
  }),
);
const counts = (results) => results.map(({ upgrades }) => upgrades);
const shown = (results) =>
  `${median(counts(results))} + ${median(results.map(({ others }) => others))} (${Math.max(...counts(results))})`;
const ours = median(counts(results[0].greeted));
table(
  `connections in 20 s, a server that closes after ${closesAfter} ms; median of ${each} + requests for another transport (most)`,
  ["client", "after a greeting", "to ours", "without a word"],
  results.map(({ name, greeted, silent }) => [
    name,
    shown(greeted),
    ratio(median(counts(greeted)), ours),
    shown(silent),
  ]),
);
machine();
process.exit();
