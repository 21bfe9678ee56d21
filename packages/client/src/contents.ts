import type {
  AlertUpdate,
  AnyEnvelope,
  DownEnvelope,
  ErrorUpdate,
  ModelUpdate,
  Notice,
  RateLimitUpdate,
  RequestUpdate,
  Snapshot,
} from "@telltale/protocol";
import { Keyed, Log } from "./collection.ts";
import { same } from "./same.ts";
import { NOTHING, type StreamState } from "./stream-state.ts";

/** Models and endpoints are few; a peer that invents them must not fill the memory. */
const MOST_KEYS = 10_000;

type Values = Pick<
  StreamState,
  "metrics" | "system" | "costs" | "kvCache" | "lastUpdate" | "replay"
>;

function errorKey(error: ErrorUpdate): string {
  const { timestamp, error_type, error_message, request_id, model } = error;
  return JSON.stringify([timestamp, error_type, error_message, request_id, model]);
}

const never = (): boolean => false;

/** What messages amount to, gathered until it is looked at. */
export class Contents {
  readonly #now: () => number;
  readonly #size: () => number;
  #models = new Keyed<ModelUpdate>();
  #requests = new Keyed<RequestUpdate>();
  #rateLimits = new Keyed<RateLimitUpdate>();
  #alerts = new Keyed<AlertUpdate>();
  #errors = new Log<ErrorUpdate>();
  #notices = new Log<Notice>();
  #values: Values = NOTHING;
  #errorTotal = 0;
  #errorsCleared = 0;

  /** @param size Requests, errors, alerts and notices kept, each. */
  constructor(now: () => number, size: () => number) {
    this.#now = now;
    this.#size = size;
  }

  /**
   * Takes in a valid message; false when its type says nothing here. A state that is `narrowed` is
   * all there is; otherwise it leaves the history alone that it does not reach back to.
   */
  apply(message: AnyEnvelope, narrowed: boolean): boolean {
    // The inbox has held the payload against the schema of its type.
    const { type, data } = message as DownEnvelope;
    const size = this.#size();
    const { replay } = this.#values;
    switch (type) {
      case "init":
        this.#set({ replay: data.replay ?? null });
        // What came after another time of the past is no history of this one.
        if (data.snapshot) this.#replace(data.snapshot, size, narrowed || !!data.replay);
        break;
      case "metrics_update":
        this.#set({ metrics: data });
        if (replay) this.#set({ replay: { ...replay, at: message.timestamp } });
        break;
      case "model_update":
        this.#models.put(data.model, data, MOST_KEYS);
        break;
      case "request_update":
        this.#requests.put(data.id, data, size);
        break;
      case "error_update":
        this.#errors.add(data);
        this.#errorTotal++;
        break;
      case "system_update":
        this.#set({ system: data });
        break;
      case "rate_limit_update":
        this.#rateLimits.put(data.endpoint, data, MOST_KEYS);
        break;
      case "cost_update":
        this.#set({ costs: data });
        break;
      case "kv_cache_update":
        this.#set({ kvCache: data });
        break;
      case "alert_update":
        this.#alerts.put(data.id, data, size);
        break;
      case "notice":
        if (data.replay) this.#set({ replay: data.replay });
        this.#notices.add(data);
        break;
      default:
        return false;
    }
    if (type !== "notice") this.#set({ lastUpdate: this.#now() });
    return true;
  }

  /** Forgets requests and errors. */
  clearHistory(): void {
    this.#requests = new Keyed();
    this.#errors = new Log();
    this.#errorsCleared = this.#errorTotal;
  }

  /** Forgets everything. */
  reset(): void {
    this.#values = NOTHING;
    this.#models = new Keyed();
    this.#rateLimits = new Keyed();
    this.#alerts = new Keyed();
    this.#notices = new Log();
    this.clearHistory();
  }

  /** As it stands. A slice is the same object until something in it changes. */
  gather(): StreamState {
    const size = this.#size();
    return {
      ...this.#values,
      models: this.#models.map(),
      requests: this.#requests.newestFirst(),
      errors: this.#errors.newestFirst(size),
      errorTotal: this.#errorTotal,
      errorsCleared: this.#errorsCleared,
      rateLimits: this.#rateLimits.map(),
      alerts: this.#alerts.newestFirst(),
      notices: this.#notices.newestFirst(size),
    };
  }

  #set(change: Partial<Values>): void {
    const before = this.#values;
    this.#values = { ...before, ...change };
    for (const name of Object.keys(change) as (keyof Values)[]) {
      if (same(before[name], change[name])) Object.assign(this.#values, { [name]: before[name] });
    }
  }

  #replace(snapshot: Snapshot, size: number, narrowed: boolean): void {
    const { metrics, system, costs, kv_cache: kvCache, errors } = snapshot;
    this.#set({ metrics, system, costs, kvCache });
    this.#models.merge(snapshot.models, (one) => one.model, never, MOST_KEYS);
    this.#rateLimits.merge(snapshot.rate_limits, (one) => one.endpoint, never, MOST_KEYS);
    this.#alerts.merge(snapshot.alerts, (one) => one.id, never, size);
    // What ran when the connection broke and is not in the snapshot is no longer running.
    const over = (request: RequestUpdate): boolean => !narrowed && request.status !== "in_progress";
    this.#requests.merge(snapshot.requests, (one) => one.id, over, size);

    const known = new Set(this.#errors.newestFirst(size).map(errorKey));
    const incoming = new Set(errors.map(errorKey));
    const older = this.#errors.newestFirst(size).filter((one) => !incoming.has(errorKey(one)));
    this.#errorTotal += errors.filter((one) => !known.has(errorKey(one))).length;
    this.#errors.replace([...errors, ...(narrowed ? [] : older)].slice(0, size));
  }
}
