import { randomUUID } from "node:crypto";
import { type Pace, realPace } from "../pace.ts";
import { deliver } from "./delivery.ts";
import { modelOf, readTrace } from "./trace.ts";
import { TraceError } from "./trace-error.ts";

export interface ReplayCounts {
  /** Requests that the server has. */
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Lines that could not be played. */
  readonly skipped: number;
}

export interface ReplayOptions {
  readonly file: string;
  /** The server, such as `http://127.0.0.1:8000`. */
  readonly baseUrl: string;
  /** That let it in. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How many times faster than it happened; `max` does not wait at all. */
  readonly speed: number | "max";
  /** For traces that name none; else the file's name. */
  readonly model?: string;
  readonly onProgress?: (counts: ReplayCounts) => void;
  /** Told of each line that could not be played. */
  readonly onSkip?: (error: TraceError) => void;
  /** Ends the replay early; what was sent stays. */
  readonly signal?: AbortSignal;
  readonly pace?: Pace;
}

/** Requests that begin within this time are sent together, ms. */
const gather = 50;
const mostLines = 1_000;
const mostCharacters = 256 * 1024;

interface Prepared {
  readonly line: number;
  readonly json: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

class Replay {
  readonly #options: ReplayOptions;
  readonly #pace: Pace;
  readonly #run = randomUUID().slice(0, 13);
  #batch: Prepared[] = [];
  #characters = 0;
  #counts: ReplayCounts = { requests: 0, promptTokens: 0, completionTokens: 0, skipped: 0 };

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#pace = options.pace ?? realPace;
  }

  async play(): Promise<ReplayCounts> {
    const { file, speed, signal } = this.#options;
    const start = this.#pace.now();
    let origin: number | null = null;
    let sendBy = 0;
    for await (const { line, request } of readTrace(file, (error) => this.#skip(error))) {
      if (signal?.aborted) break;
      origin ??= request.at;
      const due = speed === "max" ? start : start + (request.at - origin) / speed;
      if (this.#full() || (this.#batch.length > 0 && due > sendBy)) {
        await this.#waitUntil(sendBy);
        await this.#send();
      }
      if (this.#batch.length === 0) {
        await this.#waitUntil(due);
        sendBy = Math.max(due, this.#pace.now()) + (speed === "max" ? 0 : gather);
      }
      const created = Math.round(Math.max(due, this.#pace.now()));
      const json = JSON.stringify({
        model: this.#options.model ?? modelOf(file),
        prompt_tokens: request.promptTokens,
        completion_tokens: request.completionTokens,
        latency_ms: null,
        streaming: false,
        status: "success",
        ...request.fields,
        id: `replay-${this.#run}-${line}`,
        created,
      });
      const { promptTokens, completionTokens } = request;
      this.#batch.push({ line, json, promptTokens, completionTokens });
      this.#characters += json.length;
    }
    if (!signal?.aborted) {
      await this.#waitUntil(sendBy);
      await this.#send();
    }
    return this.#counts;
  }

  get counts(): ReplayCounts {
    return this.#counts;
  }

  #full(): boolean {
    return this.#batch.length >= mostLines || this.#characters >= mostCharacters;
  }

  async #waitUntil(time: number): Promise<void> {
    const wait = time - this.#pace.now();
    if (wait > 0) await this.#pace.sleep(wait, this.#options.signal);
  }

  async #send(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#characters = 0;
    if (batch.length === 0) return;
    const lines = batch.map(({ json }) => json);
    const { baseUrl, headers, signal } = this.#options;
    const refusals = await deliver({ baseUrl, headers }, lines, this.#pace, signal);
    const refused = new Map(refusals.map(({ index, error }) => [index, error]));
    const sent = batch.filter((_, index) => !refused.has(index));
    this.#counts = {
      ...this.#counts,
      requests: this.#counts.requests + sent.length,
      promptTokens: sent.reduce((sum, line) => sum + line.promptTokens, this.#counts.promptTokens),
      completionTokens: sent.reduce(
        (sum, line) => sum + line.completionTokens,
        this.#counts.completionTokens,
      ),
    };
    for (const [index, error] of refused) {
      this.#skip(new TraceError(this.#options.file, batch[index]?.line ?? 0, null, error));
    }
    this.#options.onProgress?.(this.#counts);
  }

  #skip(error: TraceError): void {
    this.#counts = { ...this.#counts, skipped: this.#counts.skipped + 1 };
    this.#options.onSkip?.(error);
  }
}

/**
 * Plays a trace of past requests into a server, at the pace at which they happened or faster. The
 * requests begin now, in their order and at their distances; what the trace does not tell, such as
 * the latency, stays unknown. Each replay has ids of its own, so playing twice counts twice.
 *
 * @throws {TraceFileError} when the file cannot be read or is of no known format.
 * @throws {DeliveryError} when the server refuses the data or is away for a minute.
 */
export async function replayTrace(options: ReplayOptions): Promise<ReplayCounts> {
  const { speed, signal } = options;
  if (speed !== "max" && !(speed > 0 && Number.isFinite(speed))) {
    throw new RangeError(`The speed is a number above 0 or "max", not ${speed}`);
  }
  const replay = new Replay(options);
  try {
    return await replay.play();
  } catch (error) {
    if (signal?.aborted) return replay.counts;
    throw error;
  }
}
