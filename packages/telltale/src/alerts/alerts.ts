import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type {
  AlertUpdate,
  CostUpdate,
  KvCacheUpdate,
  MetricsUpdate,
  ModelUpdate,
  RateLimitUpdate,
  SystemUpdate,
} from "@telltale/protocol";
import type { RequestEvent } from "../event.ts";
import type { Audience } from "../pipeline.ts";
import { Outbox } from "./channels/outbox.ts";
import type { Channels } from "./channels/schema.ts";
import { createSenders } from "./channels/senders.ts";
import type { Clock } from "./clock.ts";
import {
  type AlertState,
  abandon,
  alertsOf,
  evaluate,
  type Judged,
  type Transition,
  valuesOf,
} from "./evaluate.ts";
import { type AlertEvent, EventLog, eventOf } from "./event-log.ts";
import { Hearing } from "./hearing.ts";
import { Readings } from "./history.ts";
import { noDataFindings } from "./kinds/no-data.ts";
import { thresholdFindings } from "./kinds/threshold.ts";
import type { Sample } from "./metrics.ts";
import { type Preview, preview } from "./preview.ts";
import { review } from "./review.ts";
import type { Rule, RuleInput } from "./rule.ts";
import { RuleBook } from "./rule-book.ts";
import type { SeriesSource } from "./series.ts";
import { StateFile } from "./state-file.ts";
import { toAlertUpdate, toCancelledUpdate } from "./wire-alert.ts";

/** What the server knows at a tick; of models, those that changed. */
export interface Observation {
  readonly metrics: MetricsUpdate;
  readonly models: readonly ModelUpdate[];
  readonly system: SystemUpdate | null;
  readonly costs?: CostUpdate | undefined;
  /** Besides those that answers through the proxy name. */
  readonly rateLimits?: readonly RateLimitUpdate[] | undefined;
  readonly kvCache?: KvCacheUpdate | null | undefined;
}

export interface AlertsOptions {
  /** Where rules, state and history of alerts are kept. */
  readonly folder: string;
  readonly store: SeriesSource;
  readonly channels: Channels;
  readonly windowSeconds: number;
  readonly tickMs: number;
  /** Least time between looks at the history for one rule, ms. */
  readonly historyInterval: number;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Rules to begin with where there are none yet. */
  readonly starters: readonly RuleInput[];
  readonly log: {
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  /** Told of every change at once. */
  readonly tell: (update: AlertUpdate) => void;
}

/** The alerts of a server: evaluated once per tick, told at once, the same after a restart. */
export class Alerts implements Audience {
  readonly rules: RuleBook;
  readonly outbox: Outbox;
  readonly #options: AlertsOptions;
  readonly #file: StateFile;
  readonly #events: EventLog;
  readonly #readings: Readings;
  readonly #hearing: Hearing;
  readonly #models = new Map<string, ModelUpdate>();
  readonly #rateLimits = new Map<string, RateLimitUpdate>();
  #costs: CostUpdate | null = null;
  #state: AlertState;
  /** What the last look found, by the keys of the state. */
  #values: ReadonlyMap<string, number> = new Map();
  #loading: Promise<void> | undefined;

  private constructor(options: AlertsOptions, rules: RuleBook, file: StateFile, events: EventLog) {
    const { store, clock, channels, newId, log, windowSeconds, historyInterval } = options;
    this.#options = options;
    this.rules = rules;
    this.#file = file;
    this.#events = events;
    this.#state = file.alerts;
    this.#hearing = new Hearing(store, clock.now);
    this.#readings = new Readings({
      store,
      now: clock.now,
      windowMs: windowSeconds * 1000,
      interval: historyInterval,
      failed: (err) => log.warn({ err }, "an alert rule could not read the history"),
    });
    const outbox: Outbox = new Outbox(
      {
        channels,
        sender: createSenders(channels),
        clock,
        newId,
        changed: () => this.#save(),
        gaveUp: ({ id, channel, detail }) =>
          log.error({ id, channel, detail }, "an alert could not be delivered"),
      },
      file.deliveries,
    );
    this.outbox = outbox;
  }

  /** @throws {StorageError} when the folder can not be used. */
  static async open(options: AlertsOptions): Promise<Alerts> {
    const { folder, clock, newId, starters, log } = options;
    const { now } = clock;
    await mkdir(folder, { recursive: true });
    const rules = await RuleBook.open({ path: join(folder, "rules.json"), now, newId, starters });
    const file = await StateFile.open(join(folder, "state.json"), now, (err) => {
      log.error({ err }, "the state of alerts could not be written");
    });
    for (const damage of [rules.damage, file.damage]) if (damage) log.error({}, damage);
    const events = await EventLog.open(join(folder, "events.ndjson"), now());
    if (events.unreadable > 0) {
      log.warn({ lines: events.unreadable }, "lines of the history of alerts can not be read");
    }
    const alerts = new Alerts(options, rules, file, events);
    // The start does not wait for it; rules of silence do.
    alerts.#loading = alerts.#hearing.load().catch((err: unknown) => {
      log.warn({ err }, "the history does not say when each model was last heard");
    });
    return alerts;
  }

  /** A request began, went on or ended. */
  request(event: RequestEvent): void {
    this.#hearing.heard(event.model);
  }

  error(): void {
    // Failed requests come as requests too; errors of their own are not what rules watch.
  }

  rateLimit(update: RateLimitUpdate): void {
    this.#rateLimits.set(update.endpoint, update);
  }

  /** Once per tick: what fires, what is over, who is to be told. */
  tick({ metrics, models, system, costs, kvCache = null, rateLimits = [] }: Observation): void {
    for (const model of models) this.#models.set(model.model, model);
    for (const limit of rateLimits) this.#rateLimits.set(limit.endpoint, limit);
    if (costs) this.#costs = costs;
    const { clock, tickMs } = this.#options;
    const now = clock.now();
    const rules = this.rules.rules.filter(({ enabled }) => enabled);
    this.#readings.refresh(rules.filter(readsHistory));
    const sample: Sample = {
      metrics,
      system,
      kvCache,
      models: this.#models,
      rateLimits: this.#rateLimits,
      costs: this.#costs,
    };
    const judged = rules.map(
      (rule): Judged => ({ rule, findings: this.#findings(rule, sample, now) }),
    );
    const longestGap = Math.max(60_000, 3 * tickMs);
    this.#values = valuesOf(judged);
    this.#take(evaluate(this.#state, judged, now, { longestGap }), now);
  }

  /** Pending, firing, and resolved of late, newest change first; with what is measured now. */
  current(): AlertUpdate[] {
    const now = new Map<string, number>();
    for (const [key, { id }] of this.#state.active) {
      const value = this.#values.get(key);
      if (value !== undefined) now.set(id, value);
    }
    return alertsOf(this.#state).map((alert) => {
      const value = now.get(alert.id);
      return { ...toAlertUpdate(alert), ...(value === undefined ? {} : { current_value: value }) };
    });
  }

  /** How many there are, by rule, severity and state. */
  counts(): { name: string; severity: string; state: string; count: number }[] {
    const counts = new Map<
      string,
      { name: string; severity: string; state: string; count: number }
    >();
    for (const { name, severity, state } of this.#state.active.values()) {
      const key = JSON.stringify([name, severity, state]);
      const known = counts.get(key) ?? { name, severity, state, count: 0 };
      known.count++;
      counts.set(key, known);
    }
    return [...counts.values()];
  }

  /** The history of alerts. */
  events(...query: Parameters<EventLog["page"]>): ReturnType<EventLog["page"]> {
    return this.#events.page(...query);
  }

  /** Somebody takes a firing alert on; `undefined` when none fires under this id. */
  async acknowledge(id: string, note: string): Promise<AlertUpdate | undefined> {
    const at = this.#options.clock.now();
    for (const [key, alert] of this.#state.active) {
      if (alert.id !== id || alert.state !== "firing") continue;
      const next = { ...alert, acknowledged: { at, note } };
      this.#state = { ...this.#state, active: new Map(this.#state.active).set(key, next) };
      this.#options.tell(toAlertUpdate(next));
      this.#record([{ ...eventOf(next), state: "acknowledged", at, note }]);
      await this.#file.saved();
      return toAlertUpdate(next);
    }
    return undefined;
  }

  /** Ends the alerts of a rule that is not what it was. */
  abandon(ruleId: string, reason: string): void {
    const now = this.#options.clock.now();
    this.#take(abandon(this.#state, ruleId, reason, now), now);
  }

  /** Looks at silences again, without waiting for the tick. */
  silencesChanged(): void {
    this.#take({ state: this.#state, transitions: [] }, this.#options.clock.now());
  }

  /** What a rule would have done between two times. */
  preview(
    rule: RuleInput,
    range: { readonly from: number; readonly to: number },
  ): Promise<Preview> {
    const { store, windowSeconds } = this.#options;
    const asked: Rule = { ...rule, id: "preview", created_at: range.to, updated_at: range.to };
    return preview(asked, store, range, windowSeconds * 1000);
  }

  /** Resolves when attempts under way have ended and everything is on disk. */
  async close(): Promise<void> {
    await this.outbox.stop();
    await this.#loading;
    await this.#readings.settled();
    await this.#file.saved();
    await this.#events.close();
  }

  #findings(rule: Rule, sample: Sample, now: number): Judged["findings"] {
    switch (rule.kind) {
      case "threshold":
        return thresholdFindings(rule, sample);
      case "no_data": {
        const heard = this.#hearing.heardAt(rule.created_at);
        return heard && noDataFindings(rule, heard, now);
      }
      default:
        return this.#readings.of(rule);
    }
  }

  #take(
    { state, transitions }: { state: AlertState; transitions: readonly Transition[] },
    now: number,
  ): void {
    const reviewed = review(state, this.rules.silences, now);
    this.#state = reviewed.state;
    const silenced = new Map(reviewed.changed.map((alert) => [alert.id, alert]));
    for (const { to, alert } of transitions) {
      const shown = silenced.get(alert.id) ?? alert;
      this.#options.tell(to === "cancelled" ? toCancelledUpdate(shown, now) : toAlertUpdate(shown));
      silenced.delete(alert.id);
    }
    for (const alert of silenced.values()) this.#options.tell(toAlertUpdate(alert));
    for (const alert of reviewed.notify) this.outbox.add(toAlertUpdate(alert), alert.channels);
    const silencedIds = new Set(
      reviewed.changed.flatMap(({ id, silenced: is }) => (is ? [id] : [])),
    );
    this.#record(
      transitions.flatMap(({ to, alert }) =>
        to === "firing" || to === "resolved"
          ? [{ ...eventOf(alert), silenced: alert.silenced || silencedIds.has(alert.id) }]
          : [],
      ),
    );
    const changes = transitions.length + reviewed.changed.length + reviewed.notify.length;
    if (changes > 0 || this.#file.isDirty) this.#save();
  }

  #save(): void {
    this.#file.save(() => ({
      alerts: alertsOf(this.#state),
      deliveries: [...this.outbox.deliveries],
    }));
  }

  #record(events: readonly Omit<AlertEvent, "seq">[]): void {
    if (events.length === 0) return;
    this.#events.append(events).catch((err: unknown) => {
      this.#options.log.error({ err }, "the history of alerts could not be written");
    });
  }
}

function readsHistory({ kind }: Rule): boolean {
  return kind === "burn_rate" || kind === "budget" || kind === "anomaly";
}
