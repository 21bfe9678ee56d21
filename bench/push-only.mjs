// Whether a server that pushes and never answers is dropped, and what it is sent. --long: ten minutes.
import { kinds } from "./rig/kinds.mjs";
import { relay } from "./rig/relay.mjs";
import { machine, table } from "./rig/report.mjs";
import { listen } from "./rig/server.mjs";

const long = process.argv.includes("--long");
/** The short form is the same ten minutes, each interval a twentieth. */
const speed = long ? 1 : 20;
const lasts = 600_000 / speed;
const intervals = { interval: 30_000 / speed, timeout: 5_000 / speed };
const socketIo = { interval: 25_000 / speed, timeout: 20_000 / speed };
const push = 1_000 / speed;

async function watch(kind) {
  const said = kind.package === "socket.io-client" ? socketIo : intervals;
  const server = await listen((socket) => kind.speak(socket, { silent: true, push, ...said }));
  const tap = await relay(server.port);
  let drops = 0;
  const close = kind.open(tap.url, { down: () => drops++, ...intervals });
  await new Promise((resolve) => setTimeout(resolve, lasts));
  const { bytes } = tap.counted;
  const result = [kind.name, drops, bytes];
  close();
  await tap.close();
  await server.close();
  return result;
}

const rows = await Promise.all(kinds.map(watch));
const form = long
  ? "ten minutes"
  : `${lasts / 1000} s with every interval a ${speed}th: ten minutes`;
table(
  `a server that pushes each second and never answers, ${form}`,
  ["client", "drops", "bytes sent"],
  rows,
);
console.log(
  "\nBytes are those after the HTTP request, handshakes of the peers' protocols included.",
);
machine();
process.exit();
