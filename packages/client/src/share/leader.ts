import type { Cancel } from "../env.ts";
import type { Ledger } from "./ledger.ts";
import { listenIn } from "./listen-in.ts";
import type { Entry, Log, Standing } from "./log.ts";
import type { Parts, Sharer } from "./sharer.ts";
import { takeOver } from "./take-over.ts";
import type { Base, Talk } from "./talk.ts";

/** Why there is no connection; known until there is one. */
export function reasonAfter(
  before: Standing["ended"],
  { state, ended }: Standing,
): Standing["ended"] {
  return ended ?? (state.name === "CONNECTED" ? undefined : before);
}

/** One term of holding the connection and telling the others. */
export class Leader {
  readonly #term: string;
  readonly #driver: Sharer;
  readonly #parts: Parts;
  readonly #log: Log;
  readonly #ledger: Ledger;
  readonly #post: (talk: Talk) => void;
  #stopListening: Cancel | undefined;
  #told = 0;
  #open = false;
  #latency: number | null = null;
  #ended: Standing["ended"];

  constructor(
    term: string,
    driver: Sharer,
    parts: Parts,
    log: Log,
    ledger: Ledger,
    ended: Standing["ended"],
    post: (talk: Talk) => void,
  ) {
    this.#term = term;
    this.#driver = driver;
    this.#parts = parts;
    this.#log = log;
    this.#ledger = ledger;
    this.#ended = ended;
    this.#post = post;
  }

  begin(): void {
    const driver = this.#driver;
    this.#post({ type: "lead", term: this.#term });
    this.#tell(["lead", driver.place.position]);
    this.#stopListening = listenIn(driver, (entry) => this.#tell(entry));
    takeOver(driver);
  }

  end(): void {
    this.#stopListening?.();
    this.#post({ type: "bye", term: this.#term });
  }

  /** Deals with what another tab says. */
  answer(talk: Talk): void {
    const driver = this.#driver;
    if (talk.type === "hi") this.#welcome(talk);
    else if (talk.type === "ping") this.#post({ type: "pong", term: this.#term });
    else if (talk.type === "connect" || talk.type === "wake") driver.dispatch(talk);
    else if (talk.type === "due") {
      const { state } = driver;
      if ("until" in state && state.until === talk.until) driver.dispatch({ type: "timer" });
    } else if (talk.type === "send") {
      const { type, data } = JSON.parse(talk.text) as { type: string; data: unknown };
      const result = this.#parts.send(type, data);
      if (result.status !== "refused") return;
      this.#post({ type: "refused", to: talk.from, reason: `"${type}": ${result.reason}` });
    }
  }

  #tell(entry: Entry): void {
    if (entry[0] === "opened") this.#open = true;
    if (entry[0] === "gone") {
      this.#open = false;
      this.#latency = null;
    }
    if (entry[0] === "latency") this.#latency = entry[1];
    if (entry[0] === "state") this.#ended = reasonAfter(this.#ended, entry[1]);
    const record = { term: this.#term, n: ++this.#told, entry };
    this.#log.add(record);
    this.#post({ type: "entry", record });
  }

  #welcome({ nonce, at, fresh }: Talk & { type: "hi" }): void {
    const driver = this.#driver;
    if (fresh && !driver.wanted) driver.dispatch({ type: "connect" });
    const { state, transport } = driver;
    const known = at && this.#log.after(at);
    this.#post({
      type: "welcome",
      nonce,
      term: this.#term,
      records: known ?? this.#log.records,
      base: known ? undefined : this.#base(),
      standing: { state, transport, ended: this.#ended },
      open: this.#open,
      latency: this.#latency,
    });
  }

  #base(): Base {
    const { init, snapshot } = this.#ledger;
    return {
      init,
      snapshot,
      complete: this.#log.complete,
      place: this.#driver.place.memory,
      last: this.#parts.inbox.last,
    };
  }
}
