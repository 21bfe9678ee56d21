import type { AnyEnvelope, DownEnvelope, Init, Snapshot } from "@telltale/protocol";
import type { Contents } from "../contents.ts";
import type { StreamState } from "../stream-state.ts";

/** Messages after which what has gathered is brought down to its bounds. */
const SETTLE_AFTER = 500;

/** The state in the words of a server. */
export function snapshotOf(state: StreamState): Snapshot {
  const { metrics, models, requests, errors, system, rateLimits, costs, kvCache, alerts } = state;
  return {
    metrics,
    // A list is newest first, a map is oldest first.
    models: [...models.values()].reverse(),
    requests: [...requests],
    errors: [...errors],
    system,
    rate_limits: [...rateLimits.values()].reverse(),
    costs,
    kv_cache: kvCache,
    alerts: [...alerts],
  };
}

/** What the stream amounts to for a tab that comes later, whatever was cleared in this one. */
export class Ledger {
  /** How the server greeted, without the state. */
  init: Init | undefined;
  readonly #contents: Contents;
  #unsettled = 0;

  constructor(contents: Contents, before: StreamState) {
    this.#contents = contents;
    const data = { snapshot: snapshotOf(before) };
    this.#contents.apply({ type: "init", timestamp: 0, data }, false);
  }

  keep(message: AnyEnvelope, narrowed: boolean): void {
    // The inbox has held the payload against the schema of its type.
    const { type, data } = message as DownEnvelope;
    if (type === "notice") {
      if (this.init && data.replay) this.init = { ...this.init, replay: data.replay };
      return;
    }
    if (type === "init" && data.protocol) this.init = { ...data, snapshot: undefined };
    this.#contents.apply(message, narrowed);
    if (++this.#unsettled < SETTLE_AFTER) return;
    this.#unsettled = 0;
    this.#contents.gather();
  }

  get snapshot(): Snapshot {
    return snapshotOf(this.#contents.gather());
  }
}
