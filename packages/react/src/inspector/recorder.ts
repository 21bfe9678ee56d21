import type { Cancel, ConnectionState, WebSocketService } from "@telltale/client";
import { type Frame, readFrame } from "./frame.ts";

export interface StateChange {
  readonly id: number;
  /** Unix ms. */
  readonly at: number;
  readonly state: ConnectionState;
  readonly why: string;
}

/** What was recorded, immutable. */
export interface Recording {
  /** Newest first. */
  readonly frames: readonly Frame[];
  /** Messages by type, of either direction, since the recorder started. */
  readonly types: ReadonlyMap<string, number>;
  /** Newest first. */
  readonly states: readonly StateChange[];
  /** Over the last five seconds; null until there are two samples. */
  readonly messagesPerSecond: number | null;
  readonly bytesPerSecond: number | null;
}

interface Sample {
  readonly at: number;
  readonly messages: number;
  readonly bytes: number;
}

const MOST_FRAMES = 500;
const MOST_STATES = 100;
/** People cannot read faster, and a panel must not cost the page its frames. */
const SHOW_MS = 250;
const RATE_SAMPLES = 5_000 / SHOW_MS;

/** Records what a service receives and sends, and shows it at most four times a second. */
export class Recorder {
  readonly #service: WebSocketService;
  readonly #listeners = new Set<() => void>();
  #frames: Frame[] = [];
  #types = new Map<string, number>();
  #states: StateChange[] = [];
  #samples: Sample[] = [];
  #ids = 0;
  #timer: Cancel | undefined;
  #shown: Recording = {
    frames: [],
    types: new Map(),
    states: [],
    messagesPerSecond: null,
    bytesPerSecond: null,
  };

  constructor(service: WebSocketService) {
    this.#service = service;
  }

  /** Records until the returned function is called. */
  start: () => Cancel = () => {
    this.#note(this.#service.getState());
    const ends = [
      this.#service.onFrame((raw) => {
        const frame = readFrame(this.#ids++, raw);
        this.#frames.push(frame);
        // Cut now and then rather than moved with each frame.
        if (this.#frames.length >= 2 * MOST_FRAMES) this.#frames = this.#frames.slice(-MOST_FRAMES);
        for (const type of frame.types) this.#types.set(type, (this.#types.get(type) ?? 0) + 1);
      }),
      this.#service.onStateChange((state) => this.#note(state)),
    ];
    return () => {
      for (const end of ends) end();
    };
  };

  /** Forgets frames, counts and states. */
  clear: () => void = () => {
    this.#frames = [];
    this.#types = new Map();
    this.#states = this.#states.slice(-1);
    this.#show();
  };

  getRecording: () => Recording = () => this.#shown;

  subscribe: (listener: () => void) => Cancel = (listener) => {
    this.#listeners.add(listener);
    this.#timer ??= this.#service.env.after(0, this.#tick);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#timer?.();
      this.#timer = undefined;
      this.#samples = [];
    };
  };

  #note(state: ConnectionState): void {
    if (this.#states.at(-1)?.state === state) return;
    const { lastError } = this.#service.getConnectionInfo();
    const why = state === "CONNECTED" ? "" : (lastError?.message ?? "");
    const change = { id: this.#ids++, at: this.#service.env.now(), state, why };
    this.#states = [...this.#states, change].slice(-MOST_STATES);
  }

  #tick = (): void => {
    const { env } = this.#service;
    const { messageCount, bytesReceived } = this.#service.getConnectionInfo();
    const sample = { at: env.now(), messages: messageCount, bytes: bytesReceived };
    this.#samples = [...this.#samples, sample].slice(-RATE_SAMPLES - 1);
    this.#timer = env.after(SHOW_MS, this.#tick);
    this.#show();
  };

  #show(): void {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    const seconds = first && last ? (last.at - first.at) / 1_000 : 0;
    const rate = (of: "messages" | "bytes"): number | null =>
      first && last && seconds > 0 ? (last[of] - first[of]) / seconds : null;
    this.#shown = {
      frames: this.#frames.slice(-MOST_FRAMES).reverse(),
      types: new Map(this.#types),
      states: [...this.#states].reverse(),
      messagesPerSecond: rate("messages"),
      bytesPerSecond: rate("bytes"),
    };
    for (const listener of [...this.#listeners]) listener();
  }
}
