import {
  type AlertUpdate,
  CloseCode,
  type ErrorUpdate,
  type Init,
  type KvCacheUpdate,
  type Notice,
  PROTOCOL_VERSION,
  type RateLimitUpdate,
  type Replay,
  type Snapshot,
  type SystemUpdate,
} from "@telltale/protocol";
import type { RequestEvent } from "../event.ts";
import type { Tick } from "../live/state.ts";
import { Bell } from "./bell.ts";
import { Channel } from "./channel.ts";
import { Connection, type ConnectionOptions, type Resync, type Socket } from "./connection.ts";
import { Frames, type Outgoing } from "./frames.ts";
import { Log } from "./log.ts";
import { RequestMessage } from "./request-message.ts";
import { Seats } from "./seats.ts";
import { keyOf, narrow, type Subscription } from "./subscription.ts";

export interface HubOptions extends ConnectionOptions {
  readonly version: string;
  readonly epoch: string;
  /** Events sent per tick and channel before the oldest are left out. */
  readonly maxEventsPerTick: number;
  /** Events held for those who come back. */
  readonly replayEvents: number;
  /** ms between flushes of events. */
  readonly flushInterval: number;
  /** ms of silence after which a heartbeat is sent. */
  readonly heartbeatInterval: number;
  readonly now: () => number;
  readonly snapshot: () => Snapshot;
  /** Client messages that are acted on; {@link CAPABILITIES} unless given. */
  readonly capabilities?: readonly string[];
  /** Where a replay stands, whose time the envelopes then carry. */
  readonly replay?: () => Replay;
}

/** Client messages that this server acts on; see PROTOCOL.md. */
export const CAPABILITIES: readonly string[] = ["hello", "subscribe", "unsubscribe", "heartbeat"];

/** Who comes back after more than this gets the state as it stands instead. */
const MOST_RESUMED = 1000;

/**
 * Fans out. Every message is numbered and encoded once per channel; a listener costs one write of
 * bytes that exist already.
 */
export class Hub {
  readonly #options: HubOptions;
  #epoch: string;
  #log: Log;
  readonly #channels = new Map<string, Channel>();
  readonly #connections = new Seats<Connection>();
  readonly #flushed = new Bell();
  readonly #startedAt: number;
  #pending: Outgoing[] = [];
  #lastFlushAt: number;
  #flushTimer: NodeJS.Timeout | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#epoch = options.epoch;
    this.#log = new Log(options.epoch, options.replayEvents);
    this.#startedAt = options.now();
    this.#lastFlushAt = this.#startedAt;
  }

  /** Open streams. */
  get size(): number {
    return this.#connections.size;
  }

  get position(): string {
    return this.#log.position();
  }

  /**
   * A new listener. With a position that is still held it gets exactly what came after it; else the
   * state as it stands, and a notice when it asked for more. Then everything that follows.
   */
  join(socket: Socket, subscription: Subscription = {}, since?: string): Connection {
    const channel = this.#channel(subscription);
    const connection = new Connection(socket, subscription, this.#options);
    this.#connections.add(connection);
    connection.write(this.#encode(this.#catchUp(channel, since, connection)));
    channel.connections.add(connection);
    return connection;
  }

  leave(connection: Connection): void {
    this.#connections.delete(connection);
    this.#part(connection);
  }

  /** Moves a listener to another channel and gives it the state as far as that carries it. */
  subscribe(connection: Connection, subscription: Subscription): void {
    this.#part(connection);
    const channel = this.#channel(subscription);
    connection.subscription = subscription;
    connection.write(this.#encode([this.#init(channel, false, connection)]));
    channel.connections.add(connection);
  }

  /** What brings a listener at `since` up to now; ends with an `init`. */
  #catchUp(channel: Channel, since: string | undefined, connection?: Connection): Outgoing[] {
    if (since === undefined) return [this.#init(channel, false, connection)];
    const tick = this.#log.resolve(since);
    let reason = "too much has happened since";
    if (typeof tick === "number") {
      // An interval may have kept values back that are older than the position: send them all.
      const missed = channel.after(tick, -1);
      if (missed.length <= MOST_RESUMED) return [...missed, this.#init(channel, true, connection)];
    } else {
      reason = tick.reason;
    }
    const data = {
      code: "gap",
      message: `The stream could not be continued: ${reason}`,
      from: since.slice(0, 100),
      to: this.position,
      reason,
    };
    return [{ type: "notice", data }, this.#init(channel, false, connection)];
  }

  /** Brings a listener that stood at a position up to now; see {@link join}. */
  resume(connection: Connection, since: string): void {
    const channel = this.#channel(connection.subscription);
    connection.write(this.#encode(this.#catchUp(channel, since, connection)));
  }

  /**
   * For one who asks instead of listening: what came after `since`, once there is something or
   * `wait` ms have passed.
   */
  async poll(
    subscription: Subscription,
    since: string | undefined,
    wait: number,
    signal: AbortSignal,
  ): Promise<Frames> {
    const channel = new Channel(subscription, this.#log, this.#options.maxEventsPerTick);
    this.#flush();
    const log = this.#log;
    for (const until = this.#options.now() + wait; ; ) {
      if (log !== this.#log) return this.poll(subscription, undefined, 0, signal);
      // What came while it waited may be more than is held.
      const tick = since === undefined ? undefined : log.resolve(since);
      if (typeof tick !== "number") return this.#encode(this.#catchUp(channel, since));
      const missed = channel.after(tick, tick);
      if (missed.length > MOST_RESUMED) return this.#encode(this.#catchUp(channel, since));
      const left = until - this.#options.now();
      if (missed.length > 0 || left <= 0 || signal.aborted) return this.#encode(missed);
      await this.#flushed.next(left, signal);
    }
  }

  request(event: RequestEvent): void {
    this.#pending.push(new RequestMessage(event));
    this.#scheduleFlush();
  }

  error(data: ErrorUpdate): void {
    this.#pending.push({ type: "error_update", data });
    this.#scheduleFlush();
  }

  alert(data: AlertUpdate): void {
    this.#pending.push({ type: "alert_update", data });
    this.#scheduleFlush();
  }

  rateLimit(data: RateLimitUpdate): void {
    // A value like any other: told with the next flush, the newest only.
    this.#pending.push({ type: "rate_limit_update", data });
    this.#scheduleFlush();
  }

  kvCache(data: KvCacheUpdate): void {
    this.#pending.push({ type: "kv_cache_update", data });
    this.#scheduleFlush();
  }

  /** Once per tick: the newest value of everything that changed. */
  tick(tick: Tick, system: SystemUpdate | null): void {
    for (const channel of this.#channels.values()) channel.renew();
    for (const event of tick.lost) this.#pending.push(new RequestMessage(event));
    this.#pending.push({ type: "metrics_update", data: tick.metrics });
    for (const data of tick.models) this.#pending.push({ type: "model_update", data });
    if (tick.costs) this.#pending.push({ type: "cost_update", data: tick.costs });
    if (system) this.#pending.push({ type: "system_update", data: system });
    this.#flush();
    this.#dropTheDead();
  }

  /** Called now and then; sends a heartbeat when nothing else was sent for long. */
  heartbeat(): void {
    const now = this.#options.now();
    if (now - this.#lastFlushAt < this.#options.heartbeatInterval) return;
    const uptime = Math.floor((now - this.#startedAt) / 1000);
    this.#flush([{ type: "heartbeat", data: { server_time: now, uptime_seconds: uptime } }]);
  }

  /** Tells everybody that the server goes away, and closes. */
  close(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    // A hundred pages that draw for themselves: never more than eight in the same tenth of a second.
    const spread = Math.min(10_000, this.#connections.size * 100);
    const message = "The server is stopping";
    const data = { code: "going_away", message, after_ms: 0, spread_ms: spread };
    const frames = this.#encode([{ type: "notice", data }]);
    for (const connection of this.#connections) {
      connection.write(frames);
      connection.socket.close(CloseCode.RESTART, "restart");
    }
    this.#flushed.ring();
  }

  /** Tells everybody, whatever is subscribed to. */
  notify(data: Notice): void {
    const notice: Outgoing = { type: "notice", data };
    this.#flush();
    // Who comes back, or polls, is told as well.
    this.#log.append([notice]);
    this.#flush([notice]);
  }

  /** Begins anew: what was sent is no past of what follows. Everybody gets the state as it stands. */
  restart(epoch: string): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#pending = [];
    this.#epoch = epoch;
    this.#log = new Log(epoch, this.#options.replayEvents);
    this.#channels.clear();
    for (const connection of this.#connections) this.subscribe(connection, connection.subscription);
    this.#flushed.ring();
  }

  #init(channel: Channel, resumed: boolean, connection?: Connection): Outgoing {
    const { version, heartbeatInterval, snapshot, replay } = this.#options;
    const data: Init = {
      protocol: PROTOCOL_VERSION,
      server: { name: "telltale", version },
      epoch: this.#epoch,
      position: this.position,
      resumed,
      heartbeat_interval_ms: heartbeatInterval,
      capabilities: [...(this.#options.capabilities ?? CAPABILITIES)],
    };
    if (connection) data.reconnect_phase = this.#connections.phase(connection);
    if (replay) data.replay = replay();
    if (!resumed) {
      data.snapshot = narrow(channel.subscription, snapshot());
      channel.showed(data.snapshot.requests);
    }
    return { type: "init", data };
  }

  /** The channel for a newcomer, with nothing waiting that its first state holds already. */
  #channel(subscription: Subscription): Channel {
    this.#flush();
    const key = keyOf(subscription);
    let channel = this.#channels.get(key);
    if (channel === undefined) {
      channel = new Channel(subscription, this.#log, this.#options.maxEventsPerTick);
      this.#channels.set(key, channel);
      return channel;
    }
    channel.renew();
    this.#flushChannel(channel, []);
    return channel;
  }

  #part(connection: Connection): void {
    const key = keyOf(connection.subscription);
    const channel = this.#channels.get(key);
    channel?.connections.delete(connection);
    if (channel?.connections.size === 0) this.#channels.delete(key);
  }

  #scheduleFlush(): void {
    if (this.#flushTimer !== undefined) return;
    const { flushInterval, now } = this.#options;
    const since = now() - this.#lastFlushAt;
    const wait = Math.max(0, Math.min(flushInterval, flushInterval - since));
    this.#flushTimer = setTimeout(() => this.#flush(), wait);
  }

  #flush(always: readonly Outgoing[] = []): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    if (this.#pending.length === 0 && always.length === 0) return;
    this.#lastFlushAt = this.#options.now();
    const events = this.#log.append(this.#pending);
    this.#pending = [];
    for (const channel of this.#channels.values()) {
      channel.add(events);
      this.#flushChannel(channel, always);
    }
    this.#flushed.ring();
  }

  #flushChannel(channel: Channel, always: readonly Outgoing[]): void {
    const now = this.#options.now();
    const frames = channel.flush(now, always, this.#stamp());
    if (frames === undefined) return;
    const resync = this.#resync(channel);
    for (const connection of channel.connections) connection.deliver(frames, now, resync);
  }

  /** For a reader that was behind: what it missed, said, and the state as it stands. */
  #resync(channel: Channel): Resync {
    return (count) => {
      const message = `You were reading too slowly; ${count} updates were left out`;
      const notice: Outgoing = { type: "notice", data: { code: "conflated", message, count } };
      return this.#encode([notice, this.#init(channel, false)]);
    };
  }

  #encode(messages: readonly Outgoing[]): Frames {
    return new Frames(messages, { timestamp: this.#stamp(), position: this.position });
  }

  #stamp(): number {
    const { now, replay } = this.#options;
    return replay ? replay().at : now();
  }

  #dropTheDead(): void {
    const now = this.#options.now();
    for (const connection of this.#connections) {
      if (!connection.lagging) continue;
      const channel = this.#channels.get(keyOf(connection.subscription));
      if (channel && connection.recover(now, this.#resync(channel))) continue;
      if (!connection.isDead(now)) continue;
      this.leave(connection);
      connection.socket.close(CloseCode.SLOW_CONSUMER, "slow consumer");
      connection.socket.terminate();
    }
  }
}
