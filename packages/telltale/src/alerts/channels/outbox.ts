import type { AlertUpdate } from "@telltale/protocol";
import type { Clock } from "../clock.ts";
import { severitySchema } from "../rule.ts";
import { type Delivery, withAlert } from "./delivery.ts";
import type { Outcome, Send } from "./message.ts";
import type { Channels } from "./schema.ts";

const FIRST_WAIT = 2000;
const LONGEST_WAIT = 60_000;
/** Time after which a message is given up, ms. */
const PATIENCE = 300_000;
/** Time that attempts under way have to end when the server stops, ms. */
const STOP_PATIENCE = 2000;
/** Finished deliveries that are kept to be looked at. */
const MOST_FINISHED = 200;

export interface OutboxOptions {
  readonly channels: Channels;
  /** Loads what sends to a channel. */
  readonly sender: (channel: string) => Promise<Send>;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Called when what must outlive a restart has changed. */
  readonly changed: () => void;
  /** Called when a message was given up. */
  readonly gaveUp: (delivery: Delivery) => void;
}

export interface DeliveryCount {
  readonly channel: string;
  readonly outcome: "delivered" | "failed" | "dead";
  readonly count: number;
}

/**
 * Messages on their way. Alerts that come within `groupWaitMs` of one another share a message, and so
 * do those that come while an earlier message of the channel is being tried again: a channel gets
 * its messages in order, one at a time. An attempt that fails is repeated with the same id after 2,
 * 4, 8, ... 60 s, each between a half and one and a half times that; after five minutes the message is given up and listed.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #counts = new Map<string, number>();
  readonly #sending = new Map<string, Promise<void>>();
  /** Oldest first. */
  #deliveries: Delivery[];
  #cancel: (() => void) | undefined;
  #stopped = false;
  #closed = false;

  constructor(options: OutboxOptions, stored: readonly Delivery[]) {
    this.#options = options;
    this.#deliveries = [...stored];
    for (const { id, channel, state } of stored) {
      if (state !== "waiting" || Object.hasOwn(options.channels, channel)) continue;
      this.#change(id, { state: "dead", detail: "the channel is no longer configured" });
    }
    this.#schedule();
  }

  /** Oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries;
  }

  get counts(): DeliveryCount[] {
    return Array.from(this.#counts, ([key, count]) => {
      const [channel = "", outcome] = key.split(" ");
      return {
        channel,
        count,
        outcome: outcome === "dead" || outcome === "failed" ? outcome : "delivered",
      };
    });
  }

  /** Tells the channels of an alert: those of its rule, or all. */
  add(alert: AlertUpdate, wanted?: readonly string[]): void {
    const now = this.#options.clock.now();
    const ranks = severitySchema.options;
    for (const [channel, { minSeverity, groupWaitMs }] of Object.entries(this.#options.channels)) {
      if (wanted && !wanted.includes(channel)) continue;
      if (ranks.indexOf(alert.severity) < ranks.indexOf(minSeverity)) continue;
      const open = this.#deliveries.findLast(
        (one) => one.channel === channel && one.state === "waiting" && one.attempts === 0,
      );
      if (open) {
        this.#replace(withAlert(open, alert));
        continue;
      }
      this.#deliveries.push({
        id: `msg_${this.#options.newId()}`,
        channel,
        state: "waiting",
        alerts: [alert],
        omitted: 0,
        created_at: now,
        due_at: now + groupWaitMs,
        attempts: 0,
        first_attempt_at: null,
        finished_at: null,
        detail: null,
      });
    }
    this.#changed();
  }

  /** Tries a message that was given up once more; `undefined` when there is none of this id. */
  retry(id: string): Delivery | undefined {
    const known = this.#deliveries.find((one) => one.id === id && one.state === "dead");
    if (known === undefined || !Object.hasOwn(this.#options.channels, known.channel))
      return undefined;
    const due_at = this.#options.clock.now();
    const again = { state: "waiting", due_at, first_attempt_at: null, finished_at: null } as const;
    this.#change(id, again);
    this.#changed();
    return { ...known, ...again };
  }

  /** Sends a test message at once, and only once. */
  async test(channel: string): Promise<Outcome> {
    const { newId, sender, clock } = this.#options;
    const message = { id: `msg_${newId()}`, alerts: [], omitted: 0, test: true };
    const outcome = await (await sender(channel))(message, clock.now());
    this.#count(channel, outcome.ok ? "delivered" : "failed");
    return outcome;
  }

  /**
   * Starts no further attempt, and gives those under way a moment to end. What has not ended by then
   * is made again after the next start, with the same id.
   */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    let cancel = (): void => undefined;
    const patience = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(STOP_PATIENCE, resolve);
    });
    await Promise.race([Promise.all(this.#sending.values()), patience]);
    cancel();
    this.#closed = true;
  }

  /** The message that each channel is at. */
  #heads(): Delivery[] {
    const heads = new Map<string, Delivery>();
    for (const one of this.#deliveries) {
      if (one.state === "waiting" && !heads.has(one.channel)) heads.set(one.channel, one);
    }
    return [...heads.values()].filter(({ channel }) => !this.#sending.has(channel));
  }

  #schedule(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const heads = this.#heads();
    if (this.#stopped || heads.length === 0) return;
    const due = Math.min(...heads.map(({ due_at }) => due_at));
    const wait = Math.max(0, due - this.#options.clock.now());
    this.#cancel = this.#options.clock.after(wait, () => this.#run());
  }

  #run(): void {
    const now = this.#options.clock.now();
    for (const head of this.#heads()) {
      if (head.due_at > now) continue;
      const { channel } = head;
      const attempt = this.#attempt(head).finally(() => {
        this.#sending.delete(channel);
        this.#changed();
      });
      this.#sending.set(channel, attempt);
    }
    this.#schedule();
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { clock, sender } = this.#options;
    const started = clock.now();
    const attempts = delivery.attempts + 1;
    const first_attempt_at = delivery.first_attempt_at ?? started;
    // Counted before it is made: what may have been sent is not added to.
    this.#change(delivery.id, { attempts, first_attempt_at });
    const { id, alerts, omitted, channel } = delivery;
    let outcome: Outcome;
    try {
      outcome = await (await sender(channel))({ id, alerts, omitted, test: false }, started);
    } catch (error) {
      const detail = error instanceof Error ? error.name : "failed";
      outcome = { ok: false, retry: true, detail };
    }
    const now = clock.now();
    const { detail } = outcome;
    if (outcome.ok) {
      this.#count(channel, "delivered");
      this.#change(id, { state: "delivered", finished_at: now, detail });
      return;
    }
    this.#count(channel, "failed");
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 1)) * (0.5 + clock.random());
    const due_at = now + Math.max(wait, outcome.retryAfter ?? 0);
    if (outcome.retry && due_at - first_attempt_at <= PATIENCE) {
      this.#change(id, { due_at, detail });
      return;
    }
    this.#count(channel, "dead");
    const dead = this.#change(id, { state: "dead", finished_at: now, detail });
    if (dead) this.#options.gaveUp(dead);
  }

  #change(id: string, change: Partial<Delivery>): Delivery | undefined {
    const known = this.#deliveries.find((one) => one.id === id);
    if (known === undefined) return undefined;
    const next = { ...known, ...change };
    this.#replace(next);
    return next;
  }

  #replace(delivery: Delivery): void {
    this.#deliveries = this.#deliveries.map((one) => (one.id === delivery.id ? delivery : one));
  }

  #changed(): void {
    if (this.#closed) return;
    let surplus =
      this.#deliveries.filter(({ state }) => state !== "waiting").length - MOST_FINISHED;
    if (surplus > 0) {
      this.#deliveries = this.#deliveries.filter(
        ({ state }) => state === "waiting" || surplus-- <= 0,
      );
    }
    this.#options.changed();
    this.#schedule();
  }

  #count(channel: string, outcome: DeliveryCount["outcome"]): void {
    const key = `${channel} ${outcome}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}
