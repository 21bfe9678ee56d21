import { cpus, freemem, totalmem } from "node:os";
import type { Machine } from "./machine.ts";

/** What Node tells on every system. It knows no network counters, so those stay unknown. */
export const portableMachine: Machine = {
  cpu() {
    let busy = 0;
    let total = 0;
    for (const { times } of cpus()) {
      const working = times.user + times.nice + times.sys + times.irq;
      busy += working;
      total += working + times.idle;
    }
    return { busy, total };
  },
  memoryUsage: () => 100 * (1 - freemem() / totalmem()),
  network: () => undefined,
};
