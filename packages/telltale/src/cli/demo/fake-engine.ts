import { exponential, logNormal, type Random } from "./dice.ts";

/** A request inside the engine. Times in s. */
interface Sequence {
  readonly prompt: number;
  readonly arrived: number;
  left: number;
  held: number;
}

/** s */
export interface Outlook {
  /** To the first token. */
  readonly ttft: number;
  /** Between two tokens. */
  readonly gap: number;
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
const CAPACITY = 96_000;
const BLOCK = 16;
const MOST_RUNNING = 48;

/**
 * An engine that batches continuously, played by its own rules: requests come in waves, wait while the
 * cache is full, and slow each other down.
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
  readonly #phase: number;
  #running: Sequence[] = [];
  #waiting: Sequence[] = [];
  /** s */
  #time: number | undefined;
  #nextArrival = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#phase = random() * 2 * Math.PI;
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
    return Math.min(1, this.#running.length / (0.7 * MOST_RUNNING));
  }

  /** @param now Unix ms */
  advance(now: number): void {
    const until = now / 1000;
    // After a pause nobody needs to know what happened in it.
    let time = Math.max(this.#time ?? until - 20, until - 60);
    for (; time + STEP <= until; time += STEP) this.#step(time);
    this.#time = time;
  }

  /** How a request fares that comes now. @param now Unix ms */
  outlook(prompt: number, now: number): Outlook {
    this.advance(now);
    const [first] = this.#waiting;
    const waits = first === undefined ? 0 : Math.max(0, now / 1000 - first.arrived);
    return { ttft: waits + this.#prefill(prompt), gap: this.#gap };
  }

  /** Between two tokens of a sequence, s: each makes the others slower. */
  get #gap(): number {
    return 0.011 + 0.00045 * this.#running.length;
  }

  /** What it takes to read a prompt, s. */
  #prefill(tokens: number): number {
    return 0.03 + (tokens / 20_000) * (1 + this.load);
  }

  #step(time: number): void {
    const perSecond = 2.6 * (1.05 + Math.sin(this.#phase + time / 25));
    if (this.#nextArrival < time - 60) this.#nextArrival = time;
    for (; this.#nextArrival <= time; ) {
      this.#waiting.push(this.#arrival(this.#nextArrival));
      this.#nextArrival += exponential(this.#random, 1 / Math.max(0.2, perSecond));
    }
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
    this.finished += this.#running.filter(({ left }) => left <= 0).length;
    this.#running = this.#running.filter(({ left }) => left > 0);
    this.#preempt();
  }

  #arrival(arrived: number): Sequence {
    const prompt = Math.round(Math.min(8000, logNormal(this.#random, 900, 0.8)));
    const left = Math.round(Math.min(4000, 20 + logNormal(this.#random, 260, 0.7)));
    return { prompt, arrived, left, held: prompt };
  }

  #admit(time: number): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || this.#running.length >= MOST_RUNNING) return;
      if (this.#held() + next.held > 0.96 * CAPACITY) return;
      this.#waiting.shift();
      this.#running.push(next);
      const waited = Math.max(0, time - next.arrived);
      const cached = this.#random() < 0.55 ? 0.2 + 0.7 * this.#random() : 0;
      const hit = Math.floor((next.prompt * cached) / BLOCK) * BLOCK;
      this.promptTokens += next.prompt;
      this.queriedTokens += next.prompt;
      this.hitTokens += hit;
      this.queueTime.add(waited);
      this.ttft.add(waited + this.#prefill(next.prompt - hit));
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
