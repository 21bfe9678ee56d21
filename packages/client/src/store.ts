import type {
  AlertUpdate,
  AnyEnvelope,
  CostUpdate,
  DownEnvelope,
  ErrorUpdate,
  KvCacheUpdate,
  MetricsUpdate,
  ModelUpdate,
  Notice,
  RateLimitUpdate,
  Replay,
  RequestUpdate,
  Snapshot,
  SystemUpdate,
} from "@telltale/protocol";
import { Keyed, Log } from "./collection.ts";
import type { ConnectionStatusInfo } from "./connection-info.ts";
import type { Cancel, Env } from "./env.ts";
import { same } from "./same.ts";

/** Everything known, immutable. A slice keeps its identity until something in it changes. */
export interface TelltaleState {
  readonly connection: ConnectionStatusInfo;
  readonly metrics: MetricsUpdate | null;
  readonly models: ReadonlyMap<string, ModelUpdate>;
  /** Newest first; an update of a request takes the place of the one before. */
  readonly requests: readonly RequestUpdate[];
  /** Newest first. */
  readonly errors: readonly ErrorUpdate[];
  /** Errors ever received; `errors` holds the newest of them. */
  readonly errorTotal: number;
  /** `errorTotal` when the history was last cleared. */
  readonly errorsCleared: number;
  readonly system: SystemUpdate | null;
  /** By endpoint. */
  readonly rateLimits: ReadonlyMap<string, RateLimitUpdate>;
  readonly costs: CostUpdate | null;
  readonly kvCache: KvCacheUpdate | null;
  /** Newest first, one per id. */
  readonly alerts: readonly AlertUpdate[];
  /** What the server did to this client, and losses the client noticed itself. Newest first. */
  readonly notices: readonly Notice[];
  /** When data last arrived, Unix ms of this machine. */
  readonly lastUpdate: number | null;
  /** Where the stream stands when it shows the past; null when it is live. */
  readonly replay: Replay | null;
}

/** Models and endpoints are few; a peer that invents them must not fill the memory. */
const MOST_KEYS = 10_000;

type Values = Pick<
  TelltaleState,
  "metrics" | "system" | "costs" | "kvCache" | "lastUpdate" | "replay"
>;

const nothing: Values = {
  metrics: null,
  system: null,
  costs: null,
  kvCache: null,
  lastUpdate: null,
  replay: null,
};

function errorKey(error: ErrorUpdate): string {
  const { timestamp, error_type, error_message, request_id, model } = error;
  return JSON.stringify([timestamp, error_type, error_message, request_id, model]);
}

const never = (): boolean => false;

/**
 * Gathers messages and shows them once per frame, however many came. What a reader holds never
 * changes under it.
 */
export class Store {
  /** What there is before anything has arrived, as a server renders it. */
  readonly initialState: TelltaleState;
  readonly #env: Env;
  readonly #size: () => number;
  readonly #listeners = new Set<() => void>();
  #models = new Keyed<ModelUpdate>();
  #requests = new Keyed<RequestUpdate>();
  #rateLimits = new Keyed<RateLimitUpdate>();
  #alerts = new Keyed<AlertUpdate>();
  #errors = new Log<ErrorUpdate>();
  #notices = new Log<Notice>();
  #values: Values = nothing;
  #errorTotal = 0;
  #errorsCleared = 0;
  #connection: ConnectionStatusInfo;
  #shown: TelltaleState;
  #flush: Cancel | undefined;

  constructor(env: Env, size: () => number, connection: ConnectionStatusInfo) {
    this.#env = env;
    this.#size = size;
    this.#connection = connection;
    this.#shown = this.#gather();
    this.initialState = this.#shown;
  }

  /** The state as of the last flush; the same object until the next one. */
  getState: () => TelltaleState = () => this.#shown;

  /** Calls after each flush. */
  subscribe: (listener: () => void) => Cancel = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * Takes in a valid message of any type. A state that is `narrowed` is all there is; otherwise it
   * leaves the history alone that it does not reach back to.
   */
  apply(message: AnyEnvelope, narrowed = false): void {
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
        return;
    }
    if (type !== "notice") this.#set({ lastUpdate: this.#env.now() });
    this.#flush ??= this.#env.frame(this.flush);
  }

  /** Shows a change of the connection at once: it is rare, and callbacks follow it. */
  setConnection(connection: ConnectionStatusInfo): void {
    this.#connection = connection;
    this.flush();
  }

  /** Forgets requests and errors. */
  clearHistory: () => void = () => {
    this.#requests = new Keyed();
    this.#errors = new Log();
    this.#errorsCleared = this.#errorTotal;
    this.flush();
  };

  /** Forgets everything but the connection. */
  reset(): void {
    this.#values = nothing;
    this.#models = new Keyed();
    this.#rateLimits = new Keyed();
    this.#alerts = new Keyed();
    this.#notices = new Log();
    this.clearHistory();
  }

  /** Shows what has gathered. */
  flush: () => void = () => {
    this.stop();
    this.#shown = this.#gather();
    for (const listener of [...this.#listeners]) listener();
  };

  /** Drops a scheduled flush. */
  stop(): void {
    this.#flush?.();
    this.#flush = undefined;
  }

  #gather(): TelltaleState {
    const size = this.#size();
    return {
      ...this.#values,
      connection: this.#connection,
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
