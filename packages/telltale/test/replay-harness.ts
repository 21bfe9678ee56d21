import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DownEnvelope } from "@telltale/protocol";
import { seededRandom } from "../../testkit/src/seeded-random.ts";
import { endOf, type RequestEvent } from "../src/event.ts";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import type { HistoryStore } from "../src/history/store.ts";
import type { Socket } from "../src/stream/connection.ts";
import type { Frames } from "../src/stream/frames.ts";
import type { ReplayClock } from "../src/stream/replay/clock.ts";
import { request } from "./make.ts";

export const START: number = Date.UTC(2026, 2, 5, 22, 40);

const trace = new URL("../../../../shared/data/traces/azure-llm-2023-code.csv", import.meta.url);

/** When requests began, ms from the beginning, and their tokens: the Azure trace, or made up. */
function arrivals(): { readonly at: number; readonly input: number; readonly output: number }[] {
  const random = seededRandom(7);
  if (!existsSync(trace)) {
    return Array.from({ length: 4000 }, (_, i) => ({
      at: i * 900 * random(),
      input: Math.ceil(4000 * random()),
      output: Math.ceil(300 * random()),
    }));
  }
  const rows = readFileSync(trace, "utf8").trim().split(/\r?\n/).slice(1);
  const read = rows.map((row) => {
    const [time = "", input, output] = row.split(",");
    return {
      at: Date.parse(`${time.slice(0, 23)}Z`),
      input: Number(input),
      output: Number(output),
    };
  });
  const first = read[0]?.at ?? 0;
  return read.map(({ at, input, output }) => ({ at: at - first, input, output }));
}

/** A little less than an hour of traffic, in the order in which it ended. */
export function traffic(): RequestEvent[] {
  const random = seededRandom(11);
  const models = ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5"];
  return arrivals()
    .map(({ at, input, output }, i) => {
      const failed = random() < 0.04;
      return request({
        id: `past-${i}`,
        model: models[Math.floor(random() ** 2 * 3)] ?? "gpt-4o",
        created: START + at,
        latencyMs: Math.ceil(150 + output * (8 + 20 * random()) + 3000 * random() ** 6),
        ttftMs: Math.ceil(100 + 200 * random()),
        streaming: random() < 0.7,
        usage: { input, cacheRead: 0, cacheWrite: 0, output, reasoning: 0 },
        status: failed ? "error" : "success",
        failure: failed ? { type: "rate_limit_exceeded", message: "Slow down" } : null,
        cost: random() < 0.05 ? null : (input * 2.5 + output * 10) / 1e6,
        service: random() < 0.5 ? "assistant" : null,
      });
    })
    .sort((a, b) => endOf(a) - endOf(b));
}

/** A history in which each request was stored within a second of its end. */
export async function openHistory(
  events: readonly RequestEvent[],
): Promise<{ readonly store: HistoryStore; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "telltale-replay-"));
  const store = await openDuckdbStore({ path: join(folder, "history.duckdb") });
  for (let i = 0; i < events.length; i += 500) {
    const batch = events.slice(i, i + 500);
    const last = batch.at(-1);
    if (last) await store.append(batch, endOf(last) + 500);
  }
  const close = async (): Promise<void> => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { store, close };
}

/** Keeps what it is sent. */
export class Listener implements Socket {
  readonly messages: DownEnvelope[] = [];
  readonly buffered = 0;
  closed: number | undefined;
  write(frames: Frames): void {
    for (const frame of frames.single()) this.messages.push(JSON.parse(frame.toString()));
  }
  close(code: number): void {
    this.closed = code;
  }
  terminate(): void {}

  of<T extends DownEnvelope["type"]>(type: T): Extract<DownEnvelope, { type: T }>[] {
    return this.messages.filter(
      (message): message is Extract<DownEnvelope, { type: T }> => message.type === type,
    );
  }
}

/** Time that passes when it is told to; what the history is asked meanwhile is waited for. */
export class Stage implements ReplayClock {
  #now = START + 30 * 86_400_000;
  #timers: { due: number; run: () => void }[] = [];

  now = (): number => this.#now;
  after = (ms: number, run: () => void): (() => void) => {
    const timer = { due: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  };

  get waiting(): number {
    return this.#timers.length;
  }

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > until) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = next.due;
      next.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = until;
  }

  /** Lets time pass until something is so. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await this.pass(50);
  }
}
