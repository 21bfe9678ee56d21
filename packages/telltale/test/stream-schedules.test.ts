import type { TransportName } from "@telltale/client";
import { afterEach, expect, test, vi } from "vitest";
import { Scene, type Seen } from "./stream-scene.ts";

/** Set by `npm run soak -- R3`. */
const seeds = Number(process.env["TELLTALE_SEEDS"] ?? 120);
const first = Number(process.env["TELLTALE_FIRST_SEED"] ?? 1);

const kinds: readonly (readonly TransportName[])[] = [
  ["websocket", "sse", "poll"],
  ["websocket"],
  ["sse"],
  ["poll"],
];

afterEach(() => {
  vi.unstubAllGlobals();
});

interface Judgement {
  readonly delivered: number;
  readonly gaps: number;
  readonly faults: readonly string[];
}

/**
 * Every event once and in order; whatever is missing stands behind word of a gap. What was left out
 * with a word may still come when a lost connection is taken up again.
 */
function judge(seen: readonly Seen[]): Judgement {
  const faults: string[] = [];
  let delivered = 0;
  let gaps = 0;
  for (const type of ["request", "error"] as const) {
    const leftOut = new Set<number>();
    let last: number | undefined;
    // What was before the first event is no part of the stream; what follows is.
    let excused = true;
    for (const it of seen) {
      if (it.type === "gap") {
        excused = true;
        if (type === "request") gaps++;
      }
      if (it.type !== type) continue;
      delivered++;
      const { number } = it;
      if (last !== undefined && number <= last) {
        if (!leftOut.delete(number)) faults.push(`${type} ${number} after ${last}`);
        continue;
      }
      const next: number = last === undefined ? number : last + 1;
      if (number > next && !excused) {
        faults.push(`${type} ${next} to ${number - 1} are missing without a word`);
      }
      for (let missing = next; missing < number; missing++) leftOut.add(missing);
      last = number;
      excused = false;
    }
  }
  return { delivered, gaps, faults };
}

async function play(seed: number): Promise<Judgement & { used: ReadonlySet<TransportName> }> {
  const transports = kinds[seed % kinds.length] ?? [];
  const scene = new Scene(seed, transports);
  const { random, service, network } = scene;
  const used = new Set<TransportName>();
  const among = <T>(list: readonly T[], otherwise: T): T =>
    list[Math.floor(random() * list.length)] ?? otherwise;
  try {
    for (let second = 0; second < 45; second++) {
      const chance = random();
      if (chance < 0.05) scene.cut();
      else if (chance < 0.08) scene.restart(random() < 0.5);
      else if (chance < 0.12) scene.passage[among(transports, "poll")] = "refused";
      else if (chance < 0.14) scene.passage[among(transports, "poll")] = "mute";
      else if (chance < 0.17) scene.slow = !scene.slow;
      else if (chance < 0.2) scene.up = !scene.up;
      else if (chance < 0.4) {
        scene.up = true;
        scene.passage[among(transports, "poll")] = "open";
      }
      // Now and then more than a tick may bring, or more than is held.
      const burst = random() < 0.06 ? 100 : 4;
      const parts = 1 + Math.floor(random() * 3);
      for (let part = 0; part < parts; part++) {
        for (let n = Math.floor(random() * burst); n > 0; n--) scene.tell("request");
        if (random() < 0.4) scene.tell("error");
        await network.pass(Math.floor((random() * 1500) / parts));
        await vi.dynamicImportSettled();
      }
      scene.tick();
      if (service.isConnected()) used.add(service.getConnectionInfo().transport);
    }
    for (const name of transports) scene.passage[name] = "open";
    scene.up = true;
    scene.slow = false;
    // What came before is lost or there; from here on everything has to come.
    for (let n = 0; n < 20; n++) {
      scene.tell("request");
      scene.tell("error");
      scene.tick();
      await network.pass(5_000);
    }
    const verdict = judge(scene.seen);
    const faults = [...verdict.faults];
    for (const type of ["request", "error"] as const) {
      const last = scene.seen.findLast((it) => it.type === type);
      if (last === undefined || last.type === "gap" || last.number !== scene.told[type] - 1)
        faults.push(`the last ${type}, ${scene.told[type] - 1}, did not come`);
    }
    if (!service.isConnected()) faults.push(`${service.getState()} in the end`);
    return { ...verdict, faults, used };
  } finally {
    await scene.close();
  }
}

test(`[S9] over every transport, in ${seeds} bad networks: each event once and in order, or word of a gap`, {
  timeout: 60_000 + seeds * 1000,
}, async () => {
  const used = new Set<TransportName>();
  let delivered = 0;
  let gaps = 0;
  for (let seed = first; seed < first + seeds; seed++) {
    const verdict = await play(seed);
    expect(verdict.faults, `seed ${seed}`).toEqual([]);
    delivered += verdict.delivered;
    gaps += verdict.gaps;
    for (const name of verdict.used) used.add(name);
  }
  // The scene would prove nothing if it had been a quiet one.
  expect([...used].sort()).toEqual(["poll", "sse", "websocket"]);
  expect(delivered).toBeGreaterThan(100 * seeds);
  expect(gaps).toBeGreaterThan(seeds / 2);
  console.warn(
    `${seeds} seeds: ${delivered} events delivered, ${gaps} gaps told, 0 silent, 0 doubled`,
  );
});
