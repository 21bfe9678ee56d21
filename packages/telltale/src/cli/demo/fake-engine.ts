import { logNormal, type Random } from "./dice.ts";
import type { Usage } from "./usage.ts";

/** A request inside the engine. Times in s. */
interface Sequence {
  readonly prompt: number;
  readonly cached: number;
  readonly arrived: number;
  left: number;
  held: number;
}

/** How a request fares that comes now. */
export interface Place {
  /** To the first token, s. */
  readonly ttft: number;
  /** Between two tokens, s. */
  readonly gap: number;
  /** Its caller has the answer, or is gone. */
  readonly leave: () => void;
}

/** Observations by bucket; the last is for what lies above every bound. */
export class Observed {
  readonly bounds: readonly number[];
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  add(value: number, times = 1): void {
    const found = this.bounds.findIndex((bound) => value <= bound);
    const bucket = found < 0 ? this.bounds.length : found;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + times;
    this.sum += value * times;
  }
}

const STEP = 0.1;
/** Tokens that the KV cache holds, and per block. */
const CAPACITY = 8_000;
const BLOCK = 16;
const MOST_RUNNING = 6;

/**
 * An engine that batches continuously: the requests it is given wait while it or the cache is full, and
 * slow each other down. It has no others than those: what it reports and what the page shows agree.
 */
export class FakeEngine {
  readonly blocks: number = CAPACITY / BLOCK;
  readonly ttft: Observed = new Observed([0.02, 0.04, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
  readonly interToken: Observed = new Observed([0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.1, 0.2]);
  readonly queueTime: Observed = new Observed([0.01, 0.1, 0.3, 0.5, 1, 2.5, 5, 10]);
  promptTokens = 0;
  generatedTokens = 0;
  queriedTokens = 0;
  hitTokens = 0;
  finished = 0;
  preemptions = 0;
  readonly #random: Random;
  #running: Sequence[] = [];
  #waiting: Sequence[] = [];
  /** s */
  #time: number | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  get running(): number {
    return this.#running.length;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** 0..1 */
  get cacheUsage(): number {
    return Math.min(1, this.#held() / CAPACITY);
  }

  /** 0..1 */
  get load(): number {
    return Math.min(1, this.#running.length / MOST_RUNNING);
  }

  /** @param now Unix ms */
  advance(now: number): void {
    const until = now / 1000;
    // After a pause nobody needs to know what happened in it.
    let time = Math.max(this.#time ?? until, until - 60);
    for (; time + STEP <= until; time += STEP) this.#step(time);
    this.#time = time;
  }

  /** Takes one request in. @param now Unix ms */
  take({ prompt, cached, completion }: Usage, now: number): Place {
    this.advance(now);
    const [first] = this.#waiting;
    const waits = first === undefined ? 0 : Math.max(0, now / 1000 - first.arrived);
    const arrived = now / 1000;
    // A longer one would never fit.
    const held = Math.min(prompt, CAPACITY / 2);
    const sequence = {
      prompt: held,
      cached: Math.min(cached, held),
      arrived,
      left: completion,
      held,
    };
    this.#waiting.push(sequence);
    return {
      ttft: waits + this.#prefill(prompt - cached),
      gap: this.#gap,
      leave: () => this.#leave(sequence),
    };
  }

  /** Between two tokens of a sequence, s: each makes the others slower. */
  get #gap(): number {
    return 0.026 + 0.003 * this.#running.length;
  }

  /** What it takes to read a prompt, s. */
  #prefill(tokens: number): number {
    return 0.03 + (tokens / 20_000) * (1 + this.load);
  }

  #step(time: number): void {
    this.#admit(time);
    const gap = this.#gap;
    for (const sequence of this.#running) {
      const tokens = Math.min(
        sequence.left,
        Math.round((STEP / gap) * (0.8 + 0.4 * this.#random())),
      );
      sequence.left -= tokens;
      sequence.held += tokens;
      this.generatedTokens += tokens;
      this.interToken.add(gap * logNormal(this.#random, 1, 0.25), tokens);
    }
    this.#preempt();
  }

  #leave(sequence: Sequence): void {
    if (this.#running.includes(sequence)) this.finished++;
    this.#running = this.#running.filter((other) => other !== sequence);
    this.#waiting = this.#waiting.filter((other) => other !== sequence);
  }

  #admit(time: number): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || this.#running.length >= MOST_RUNNING) return;
      if (this.#held() + next.held > 0.96 * CAPACITY) return;
      this.#waiting.shift();
      this.#running.push(next);
      const waited = Math.max(0, time - next.arrived);
      this.promptTokens += next.prompt;
      this.queriedTokens += next.prompt;
      this.hitTokens += next.cached;
      this.queueTime.add(waited);
      this.ttft.add(waited + this.#prefill(next.prompt - next.cached));
    }
  }

  /** The newest gives way when the cache overflows, and waits again at the front. */
  #preempt(): void {
    while (this.#held() > CAPACITY) {
      const last = this.#running.pop();
      if (last === undefined) return;
      last.held = last.prompt;
      this.#waiting.unshift(last);
      this.preemptions++;
    }
  }

  #held(): number {
    return this.#running.reduce((sum, { held }) => sum + held, 0);
  }
}
