import { type Pace, realPace } from "../pace.ts";
import { makeCall, nextCall } from "./callers.ts";
import { exponential, type Random } from "./dice.ts";
import { embeddingBatch, reportBatch } from "./embedding-job.ts";

export interface DemoOptions {
  /** The server, such as `http://127.0.0.1:8000`. */
  readonly baseUrl: string;
  /** Where the server asks for one. */
  readonly key?: string | undefined;
  /** Uniform over [0, 1). */
  readonly random?: Random;
  /** Calls per second on average. */
  readonly rate?: number;
  readonly pace?: Pace;
}

export interface Demo {
  /** Ends what is under way and waits until nothing is. */
  stop(): Promise<void>;
}

/** Calls under way at once; one more is left out, as a real client's pool would make it wait. */
const mostAtOnce = 64;

/** How busy it is, 1 on average: a slow wave of three minutes. */
function tide(now: number): number {
  return 1 + 0.45 * Math.sin((now / 180_000) * 2 * Math.PI);
}

class Traffic {
  readonly #baseUrl: string;
  readonly #key: string | undefined;
  readonly #random: Random;
  readonly #pace: Pace;
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor({ baseUrl, key, random = Math.random, pace = realPace }: DemoOptions) {
    this.#baseUrl = baseUrl.replace(/\/$/, "");
    this.#key = key;
    this.#random = random;
    this.#pace = pace;
  }

  async calls(rate: number): Promise<void> {
    let burstFrom = 0;
    let burstTo = 0;
    while (!this.#stop.signal.aborted) {
      const now = this.#pace.now();
      if (now > burstTo) {
        burstFrom = now + exponential(this.#random, 45_000);
        burstTo = burstFrom + 4_000 + exponential(this.#random, 4_000);
      }
      const busy = rate * tide(now) * (now >= burstFrom ? 2.2 : 1);
      await this.#pace.sleep(exponential(this.#random, 1_000 / busy), this.#stop.signal);
      if (this.#underWay.size < mostAtOnce) this.#track(this.#call());
    }
  }

  async job(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#pace.sleep(500 + exponential(this.#random, 2_500), this.#stop.signal);
      const batch = embeddingBatch(this.#random, this.#pace.now());
      this.#track(reportBatch(this.#baseUrl, batch, this.#stop.signal, this.#key));
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#underWay);
  }

  async #call(): Promise<void> {
    const call = nextCall(this.#random);
    const hangUp = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, hangUp.signal]);
    const done = makeCall(this.#baseUrl, call, signal, this.#key);
    if (call.leavesAfter !== null) {
      const left = this.#pace.sleep(call.leavesAfter, signal).then(() => hangUp.abort());
      await Promise.allSettled([Promise.race([done, left])]);
    }
    await done;
  }

  /** A call may fail, be cut or find no server: that is what the page is there to show. */
  #track(work: Promise<void>): void {
    const settled = work
      .catch(() => undefined)
      .finally(() => {
        this.#underWay.delete(settled);
      });
    this.#underWay.add(settled);
  }
}

/** Sends made-up traffic to the demo upstreams through the server's own doors until stopped. */
export function startDemo(options: DemoOptions): Demo {
  const traffic = new Traffic(options);
  const loops = Promise.allSettled([traffic.calls(options.rate ?? 7), traffic.job()]);
  return {
    stop: async () => {
      await traffic.stop();
      await loops;
    },
  };
}
