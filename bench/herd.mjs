// How a hundred clients come back that were cut at once: most connections asked for in any 100 ms.
import { apart, kinds } from "./rig/kinds.mjs";
import { machine, median, ratio, table } from "./rig/report.mjs";
import { listen } from "./rig/server.mjs";

const clients = 100;
const runs = 3;
/** What an announced restart asks for, where it can be said. */
const restart = { after_ms: 1_000, spread_ms: 10_000 };
const longest = 20_000;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(holds, ms) {
  for (const end = performance.now() + ms; !holds() && performance.now() < end; ) await wait(20);
}

function busiest(times) {
  return Math.max(
    ...times.map((start) => times.filter((at) => at >= start && at < start + 100).length),
  );
}

async function once(kind, end) {
  const server = await listen((socket) => kind.speak(socket, {}));
  let connected = 0;
  const up = () => connected++;
  /** When each means to come back, where it says so: on a busy machine it is let do that later. */
  const plans = [];
  const planned = (at) => plans.push(at);
  const closes = Array.from({ length: clients }, () => kind.open(server.url, { up, planned }));
  await until(() => connected === clients, longest);
  await wait(200);
  const before = server.times.length;
  plans.length = 0;
  const ended = performance.now();
  end(server);
  await until(() => server.times.length >= before + clients, longest);
  const times = server.times.slice(before, before + clients);
  for (const close of closes) close();
  await server.close();
  const last = times.length < clients ? Number.NaN : times.at(-1) - ended;
  const meant = plans.length >= clients ? busiest(plans.slice(0, clients)) : Number.NaN;
  return { peak: busiest(times), meant, last };
}

async function measure(kind, end) {
  const results = [];
  for (let run = 0; run < runs; run++)
    results.push(await once(kind, (server) => end(kind, server)));
  const peak = median(results.map((result) => result.peak));
  const meant = median(results.map((result) => result.meant));
  const last = median(results.map((result) => result.last));
  return {
    name: kind.name,
    peak,
    meant: Number.isNaN(meant) ? "–" : meant,
    last: Number.isNaN(last) ? "never" : `${(last / 1000).toFixed(1)} s`,
  };
}

const head = ["client", "most in 100 ms", "as planned", "to ours", "all back after"];
const rows = (results) =>
  results.map(({ name, peak, meant, last }) => [
    name,
    peak,
    meant,
    ratio(peak, results[0].peak),
    last,
  ]);
const all = [...apart, ...kinds];

const cut = [];
for (const kind of all) cut.push(await measure(kind, (_kind, server) => server.cut()));
table(`${clients} clients, network cut, median of ${runs}`, head, rows(cut));

const leave = (kind, server) => {
  for (const socket of server.clients) kind.leave(socket, restart);
};
// Side by side, because being spread over ten seconds takes ten seconds.
const announced = await Promise.all(all.map((kind) => measure(kind, leave)));
table(`${clients} clients, announced restart, median of ${runs}`, head, rows(announced));
machine();
// Clients that cannot be told to stop would keep the process.
process.exit();
