import type { AnyEnvelope } from "@telltale/protocol";
import type { Config } from "../config.ts";
import type { Cause } from "../connection.ts";
import type { Cancel } from "../env.ts";
import type { PlaceMemory } from "../place.ts";
import { groupName } from "./group.ts";
import { Leader, reasonAfter } from "./leader.ts";
import { Ledger } from "./ledger.ts";
import { type Cursor, Log, type LogRecord, reaches, type Standing } from "./log.ts";
import { Replica } from "./replica.ts";
import type { Parts, Sharer } from "./sharer.ts";
import { browserTabs, type TabChannel, type Tabs } from "./tabs.ts";
import { takeOver } from "./take-over.ts";
import type { Base, Talk } from "./talk.ts";
import { Watch } from "./watch.ts";

/** So late is late for a leader, ms. */
const REMIND_MS = 500;

/**
 * One connection for all tabs that want the same. Whoever holds the lock leads: it has the connection,
 * and tells the others everything that happens to it, numbered. The others do the same in the same
 * order with the same parts, and so come to the same, and to the same place in the stream: each of them
 * can go on from there once the lock falls to it.
 */
export class Share {
  readonly #driver: Sharer;
  readonly #config: () => Config;
  readonly #parts: Parts;
  readonly #id: string;
  readonly #watch: Watch;
  readonly #replica: Replica;
  readonly #log: Log;
  #ledger: Ledger;
  #name = "";
  #tabs: Tabs | undefined;
  #role: "out" | "frozen" | "in" = "out";
  #channel: TabChannel | undefined;
  #unlock: Cancel | undefined;
  #stopFreeze: Cancel | undefined;
  #leader: Leader | undefined;
  /** Whose entries are read. */
  #term = "";
  #count = 0;
  /** An answer is waited for; what is told meanwhile is part of it. */
  #nonce: string | undefined;
  /** Where it stood when the application left of its own accord. */
  #left: PlaceMemory | undefined;
  #reminder: Cancel | undefined;
  /** Why there is no connection. */
  #ended: Standing["ended"];
  #impossible = false;

  constructor(driver: Sharer, config: () => Config, parts: Parts) {
    const { env } = driver;
    this.#driver = driver;
    this.#config = config;
    this.#parts = parts;
    this.#id = env.random().toString(36).slice(2);
    this.#log = new Log(driver.envelopes);
    this.#ledger = this.#newLedger();
    this.#replica = new Replica(driver, parts, (text) =>
      this.#post({ type: "send", from: this.#id, text }),
    );
    this.#watch = new Watch(env, config, {
      ask: () => this.#post({ type: "ping" }),
      silent: () => {
        this.#unlock?.();
        this.#want(true);
        this.#hail(this.#log.end);
      },
    });
  }

  get leads(): boolean {
    return this.#leader !== undefined;
  }

  get role(): "leader" | "follower" | undefined {
    if (this.#role === "out") return undefined;
    return this.leads ? "leader" : "follower";
  }

  /** What is read now happened before, in another state. */
  get replaying(): boolean {
    return this.#replica.replaying;
  }

  /**
   * Becomes one of the tabs that want the same. False when tabs cannot share here.
   *
   * @param still whether that is still wanted
   */
  async join(still: () => boolean): Promise<boolean> {
    const driver = this.#driver;
    const { env } = driver;
    const tabs = env.tabs ? env.tabs() : browserTabs();
    if (!tabs || this.#impossible) return false;
    const config = this.#config();
    if (config.shareAs === undefined) driver.token ??= await config.getToken?.();
    const token = config.shareAs === undefined ? driver.token : undefined;
    const name = await groupName(config, token, env, tabs);
    if (!still()) return true;
    if (name !== this.#name) {
      this.#log.replace([], true);
      this.#ledger = this.#newLedger();
    } else if (this.#left) driver.place.memory = this.#left;
    this.#name = name;
    this.#tabs = tabs;
    driver.perform({ do: "stop_waiting" });
    try {
      this.#stopFreeze = tabs.onFreeze((frozen) => (frozen ? this.#freeze() : this.#thaw()));
      this.#enter(true);
    } catch (cause) {
      this.leave();
      throw cause;
    }
    return true;
  }

  /** Lets go of everything that is shared. */
  leave(): void {
    this.#part();
    this.#stopFreeze?.();
    this.#role = "out";
  }

  /** Whether a cause is for the leader, or for nobody, to deal with. */
  takes(cause: Cause): boolean {
    if (this.#role === "out") return false;
    if (cause.type === "disconnect") {
      this.#left = this.#driver.place.memory;
      this.leave();
      return false;
    }
    if (this.leads) return false;
    if (cause.type === "connect" || cause.type === "wake") this.#post(cause);
    return true;
  }

  /** Takes note of a message that was delivered. */
  keep(message: AnyEnvelope, narrowed: boolean): void {
    this.#ledger.keep(message, narrowed);
  }

  #newLedger(): Ledger {
    const { store, contents } = this.#parts;
    store.flush();
    return new Ledger(contents(), store.getState());
  }

  #post(talk: Talk): void {
    this.#channel?.post(talk);
  }

  #enter(fresh: boolean): void {
    this.#role = "in";
    this.#channel = this.#tabs?.channel(this.#name, (talk) => this.#hear(talk as Talk));
    this.#want(false);
    this.#hail(this.#log.end, fresh);
  }

  #want(steal: boolean): void {
    this.#unlock = this.#tabs?.lock(this.#name, steal, {
      held: () => this.#lead(),
      stolen: () => (this.leads ? this.#follow() : this.#want(false)),
      refused: () => this.#fail(),
    });
  }

  /** Leaves the others, who may find another leader. */
  #part(): void {
    this.#leader?.end();
    this.#leader = undefined;
    this.#watch.stop();
    this.#reminder?.();
    this.#role = "frozen";
    this.#nonce = undefined;
    this.#unlock?.();
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** A page that is frozen, or kept for the way back, holds nothing and gathers nothing. */
  #freeze(): void {
    const { leads } = this;
    this.#part();
    if (leads) this.#driver.rest();
  }

  #thaw(): void {
    if (this.#role === "frozen") this.#enter(false);
  }

  /** Locks cannot be had here, whatever the browser has. */
  #fail(): void {
    if (this.#role !== "in" || this.#leader) return;
    this.#impossible = true;
    this.leave();
    takeOver(this.#driver);
  }

  /** The lock is ours: nobody else has a connection. */
  #lead(): void {
    if (this.#role !== "in" || this.#leader) return;
    const driver = this.#driver;
    const term = `${this.#id}.${++this.#count}`;
    const post = (talk: Talk): void => this.#post(talk);
    this.#watch.stop();
    this.#reminder?.();
    this.#nonce = undefined;
    this.#leader = new Leader(
      term,
      driver,
      this.#parts,
      this.#log,
      this.#ledger,
      this.#ended,
      post,
    );
    this.#leader.begin();
    driver.told.switched();
  }

  /** Another tab took the lock, because this one did not answer. */
  #follow(): void {
    this.#leader?.end();
    this.#leader = undefined;
    this.#driver.rest();
    this.#want(false);
    this.#hail(this.#log.end);
    this.#driver.told.switched();
  }

  #hear(talk: Talk): void {
    if (this.#leader) this.#leader.answer(talk);
    else if (this.#role === "in") this.#heed(talk);
  }

  /** Asks whoever leads to be brought up to date from there. */
  #hail(at: Cursor | undefined, fresh = false): void {
    this.#nonce = `${this.#id}.${++this.#count}`;
    this.#post({ type: "hi", nonce: this.#nonce, at, fresh });
    this.#watch.expect();
  }

  #note(standing: Standing): void {
    const { state } = standing;
    const { env } = this.#driver;
    this.#ended = reasonAfter(this.#ended, standing);
    this.#reminder?.();
    if (!("until" in state)) return;
    // The timers of a hidden tab may be a minute late, those of one that is looked at are not.
    const ms = Math.max(0, state.until - env.now()) + REMIND_MS;
    this.#reminder = env.after(ms, () => this.#post({ type: "due", until: state.until }));
  }

  /** As one of those who follow. */
  #heed(talk: Talk): void {
    const { end } = this.#log;
    switch (talk.type) {
      case "lead":
        this.#hail(end);
        break;
      case "bye":
        if (talk.term === this.#term) this.#hail(end);
        break;
      case "welcome":
        if (talk.nonce === this.#nonce) this.#begin(talk);
        break;
      case "entry":
        if (this.#nonce || talk.record.term !== this.#term) break;
        this.#watch.heard();
        if (talk.record.n === (end?.n ?? 0) + 1) this.#apply(talk.record);
        else this.#hail(end);
        break;
      case "pong":
        this.#watch.heard();
        if (this.#nonce || talk.term !== this.#term) this.#hail(end);
        break;
      case "refused":
        if (talk.to !== this.#id) break;
        this.#parts.report(`It was not sent: ${talk.reason}`);
        break;
      default:
    }
  }

  #begin({ term, records, base, standing, open, latency }: Talk & { type: "welcome" }): void {
    const replica = this.#replica;
    const { transport } = standing;
    this.#nonce = undefined;
    this.#term = term;
    this.#watch.heard();
    replica.replaying = true;
    const course = base ? this.#courseOf(records) : records;
    if (course) {
      if (open) replica.reach(open, transport, this.#ledger);
      for (const record of course) if (this.#follows) this.#apply(record);
    } else if (base) {
      const [lost, end] = [this.#log.end !== undefined, records.at(-1)];
      const ahead = this.#aheadOf(base);
      if (ahead && end) this.#log.add({ ...end, entry: ["heard"] });
      else this.#log.replace(records, base.complete);
      replica.reach(open, transport, this.#ledger);
      if (ahead) replica.wait(base, ahead);
      else replica.restore(base, this.#ledger, lost);
    }
    replica.replaying = false;
    if (!this.#follows) return;
    this.#note(standing);
    replica.mirror(standing);
    if (latency !== null) this.#driver.told.latency(latency);
    this.#driver.told.switched();
  }

  /**
   * What the leader told since it began, when that is from where this tab has been already: it can leave
   * out what it knows.
   */
  #courseOf(records: readonly LogRecord[]): readonly LogRecord[] | undefined {
    const { position } = this.#driver.place;
    const begun = records.findLastIndex(({ entry }) => entry[0] === "lead");
    const [kind, since] = records[begun]?.entry ?? [];
    if (kind !== "lead" || !since || !position || !reaches(position, since)) return undefined;
    return this.#log.messagesSince(since) && records.slice(begun);
  }

  /** What this tab has read beyond the leader, if it has. */
  #aheadOf(base: Base): readonly AnyEnvelope[] | undefined {
    const { position } = this.#driver.place;
    const theirs = base.place.position;
    if (!position || !theirs || !reaches(position, theirs)) return undefined;
    return this.#log.messagesSince(theirs);
  }

  /** A callback may have left, or the state may have been asked for. */
  get #follows(): boolean {
    return this.#role === "in" && !this.#leader && this.#nonce === undefined;
  }

  #apply(record: LogRecord): void {
    const { entry } = record;
    this.#log.add(record);
    if (entry[0] === "state") this.#note(entry[1]);
    if (!this.#replica.apply(entry, this.#log)) this.#hail(undefined);
  }
}
