import {
  CloseCode,
  type ErrorUpdate,
  formatPosition,
  type Heartbeat,
  type Init,
  PROTOCOL_VERSION,
  type RateLimitUpdate,
  type RequestUpdate,
  type Snapshot,
  type SystemUpdate,
} from "@telltale/protocol";
import type { Tick } from "../live/state.ts";
import { Backlog } from "./backlog.ts";
import { Connection, type ConnectionOptions, type Socket } from "./connection.ts";
import { encode, type Frames, type Outgoing } from "./frames.ts";

export interface HubOptions extends ConnectionOptions {
  readonly version: string;
  readonly epoch: string;
  /** Events sent per tick before the oldest are left out. */
  readonly maxEventsPerTick: number;
  /** ms between flushes of events. */
  readonly flushInterval: number;
  /** ms of silence after which a heartbeat is sent. */
  readonly heartbeatInterval: number;
  readonly now: () => number;
  readonly snapshot: () => Snapshot;
}

/** Client messages that this server acts on; see PROTOCOL.md. */
export const CAPABILITIES: readonly string[] = ["hello", "heartbeat"];

/**
 * Fans out. Every message is numbered and encoded once, whatever the number of listeners; a
 * listener costs one write of bytes that exist already.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #connections = new Set<Connection>();
  readonly #backlog: Backlog;
  /** The newest of each limit since the last tick. */
  readonly #rateLimits = new Map<string, RateLimitUpdate>();
  readonly #startedAt: number;
  #sequence = 0;
  #ticks = 0;
  #lastSentAt: number;
  #flushTimer: NodeJS.Timeout | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#backlog = new Backlog(options.maxEventsPerTick);
    this.#startedAt = options.now();
    this.#lastSentAt = this.#startedAt;
  }

  get size(): number {
    return this.#connections.size;
  }

  get position(): string {
    return formatPosition({ epoch: this.#options.epoch, tick: this.#ticks });
  }

  /** A new listener: it gets the state as it stands, then everything after it. */
  join(socket: Socket): Connection {
    // What waits for the flush is in the snapshot already; sent again it would be a repeat.
    this.#backlog.renew();
    this.#flush();
    const connection = new Connection(socket, this.#options, this.#options.now());
    this.#connections.add(connection);
    connection.write(this.#encode([{ type: "init", data: this.#init() }]));
    return connection;
  }

  leave(connection: Connection): void {
    this.#connections.delete(connection);
  }

  request(update: RequestUpdate): void {
    this.#backlog.request(update);
    this.#scheduleFlush();
  }

  error(update: ErrorUpdate): void {
    this.#backlog.error(update);
    this.#scheduleFlush();
  }

  rateLimit(update: RateLimitUpdate): void {
    this.#rateLimits.set(update.endpoint, update);
  }

  /** Once per tick: the newest value of everything that changed. */
  tick(tick: Tick, system: SystemUpdate | null): void {
    this.#backlog.renew();
    for (const lost of tick.lost) this.#backlog.request(lost);
    const messages: Outgoing[] = this.#takeEvents();
    messages.push({ type: "metrics_update", data: tick.metrics });
    for (const model of tick.models) messages.push({ type: "model_update", data: model });
    for (const limit of this.#rateLimits.values()) {
      messages.push({ type: "rate_limit_update", data: limit });
    }
    this.#rateLimits.clear();
    if (tick.costs) messages.push({ type: "cost_update", data: tick.costs });
    if (system) messages.push({ type: "system_update", data: system });
    this.#send(messages);
    this.#dropTheDead();
  }

  /** Called now and then; sends a heartbeat when nothing else was sent for long. */
  heartbeat(): void {
    const now = this.#options.now();
    if (now - this.#lastSentAt < this.#options.heartbeatInterval) return;
    const data: Heartbeat = {
      server_time: now,
      uptime_seconds: Math.floor((now - this.#startedAt) / 1000),
    };
    this.#send([{ type: "heartbeat", data }]);
  }

  /** Tells everybody that the server goes away, and closes. */
  close(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    const frames = encode(
      [
        {
          type: "notice",
          data: {
            code: "going_away",
            message: "The server is stopping",
            after_ms: 0,
            spread_ms: Math.min(10_000, this.#connections.size * 10),
          },
        },
      ],
      this.#options.now(),
    );
    for (const connection of this.#connections) {
      connection.write(frames);
      connection.socket.close(CloseCode.RESTART, "restart");
    }
  }

  #init(): Init {
    return {
      protocol: PROTOCOL_VERSION,
      server: { name: "telltale", version: this.#options.version },
      epoch: this.#options.epoch,
      position: this.position,
      resumed: false,
      heartbeat_interval_ms: this.#options.heartbeatInterval,
      capabilities: [...CAPABILITIES],
      snapshot: this.#options.snapshot(),
    };
  }

  #scheduleFlush(): void {
    if (this.#flushTimer !== undefined || !this.#backlog.hasBudget) return;
    const since = this.#options.now() - this.#lastSentAt;
    const wait = Math.max(
      0,
      Math.min(this.#options.flushInterval, this.#options.flushInterval - since),
    );
    this.#flushTimer = setTimeout(() => this.#flush(), wait);
  }

  #flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    if (this.#backlog.isEmpty || !this.#backlog.hasBudget) return;
    this.#send(this.#takeEvents());
  }

  #takeEvents(): Outgoing[] {
    const { events, omitted } = this.#backlog.take();
    const messages: Outgoing[] = [...events];
    if (omitted > 0) {
      messages.unshift({
        type: "notice",
        data: {
          code: "conflated",
          message: `${omitted} updates were left out; they are in the history`,
          count: omitted,
        },
      });
    }
    return messages;
  }

  #send(messages: readonly Outgoing[]): void {
    if (messages.length === 0) return;
    const now = this.#options.now();
    this.#ticks++;
    this.#lastSentAt = now;
    const first = this.#sequence;
    this.#sequence += messages.length;
    if (this.#connections.size === 0) return;
    const frames = encode(messages, now, first);
    for (const connection of this.#connections) {
      connection.deliver(frames, now, (missed) => this.#resync(missed));
    }
  }

  /** For a reader that was behind: what it missed, said, and the state as it stands. */
  #resync(missed: number): Frames {
    return this.#encode([
      {
        type: "notice",
        data: {
          code: "conflated",
          message: `You were reading too slowly; ${missed} updates were left out`,
          count: missed,
        },
      },
      { type: "init", data: this.#init() },
    ]);
  }

  #encode(messages: readonly Outgoing[]): Frames {
    return encode(messages, this.#options.now());
  }

  #dropTheDead(): void {
    const now = this.#options.now();
    for (const connection of this.#connections) {
      if (!connection.lagging) continue;
      if (connection.recover(now, (missed) => this.#resync(missed))) continue;
      if (!connection.isDead(now)) continue;
      this.#connections.delete(connection);
      connection.socket.close(CloseCode.SLOW_CONSUMER, "slow consumer");
      connection.socket.terminate();
    }
  }
}
