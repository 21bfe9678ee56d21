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
  RequestUpdate,
  Snapshot,
  SystemUpdate,
} from "@telltale/protocol";
import type { ConnectionState } from "./connection.ts";
import type { Cancel, Env } from "./env.ts";
import { Ring } from "./ring.ts";
import { same } from "./same.ts";

/** The connection, without what changes with every message. */
export interface ConnectionStatusInfo {
  readonly state: ConnectionState;
  /** Unix ms; null before the first connection. */
  readonly connectedAt: number | null;
  /** End of the last connection, Unix ms; null when there was none. */
  readonly disconnectedAt: number | null;
  /** Attempts made or scheduled in this outage. */
  readonly reconnectAttempts: number;
  /** When the next attempt is due, Unix ms; null when none is scheduled. */
  readonly nextAttemptAt: number | null;
  readonly lastError: Error | null;
  /** Round trip, ms; null until measured, and for servers that do not answer heartbeats. */
  readonly latency: number | null;
  readonly transport: string;
}

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
}

type Draft = { -readonly [K in keyof TelltaleState]: TelltaleState[K] };
type Value = "metrics" | "system" | "costs" | "kvCache";

const empty: Omit<TelltaleState, "connection" | "errorTotal" | "errorsCleared"> = {
  metrics: null,
  models: new Map(),
  requests: [],
  errors: [],
  system: null,
  rateLimits: new Map(),
  costs: null,
  kvCache: null,
  alerts: [],
  notices: [],
  lastUpdate: null,
};

function errorKey(error: ErrorUpdate): string {
  const { timestamp, error_type, error_message, request_id, model } = error;
  return JSON.stringify([timestamp, error_type, error_message, request_id, model]);
}

function byKey<T>(items: readonly T[], key: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [key(item), item]));
}

function withEntry<T>(map: ReadonlyMap<string, T>, key: string, item: T): ReadonlyMap<string, T> {
  return same(map.get(key), item) ? map : new Map(map).set(key, item);
}

/**
 * Gathers messages and shows them once per frame, however many came. What a reader holds never
 * changes under it.
 */
export class Store {
  readonly #env: Env;
  readonly #size: () => number;
  /** What there is before anything has arrived, as a server renders it. */
  readonly initialState: TelltaleState;
  readonly #listeners = new Set<() => void>();
  readonly #requests: Ring<RequestUpdate> = new Ring();
  readonly #alerts: Ring<AlertUpdate> = new Ring();
  #shown: TelltaleState;
  #draft: Draft;
  #flush: Cancel | undefined;

  constructor(env: Env, size: () => number, connection: ConnectionStatusInfo) {
    this.#env = env;
    this.#size = size;
    this.initialState = { connection, ...empty, errorTotal: 0, errorsCleared: 0 };
    this.#shown = this.initialState;
    this.#draft = { ...this.#shown };
  }

  /** The state as of the last flush; the same object until the next one. */
  getState: () => TelltaleState = () => this.#shown;

  /** Calls after each flush. */
  subscribe: (listener: () => void) => Cancel = (listener) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes in a valid message of any type. */
  apply(message: AnyEnvelope): void {
    // The inbox has held the payload against the schema of its type.
    const { type, data } = message as DownEnvelope;
    const draft = this.#draft;
    switch (type) {
      case "init":
        if (data.snapshot) this.#replace(data.snapshot);
        break;
      case "metrics_update":
        this.#set("metrics", data);
        break;
      case "model_update":
        draft.models = withEntry(draft.models, data.model, data);
        break;
      case "request_update":
        this.#requests.put(data.id, data, this.#size());
        break;
      case "error_update":
        draft.errors = [data, ...draft.errors].slice(0, this.#size());
        draft.errorTotal++;
        break;
      case "system_update":
        this.#set("system", data);
        break;
      case "rate_limit_update":
        draft.rateLimits = withEntry(draft.rateLimits, data.endpoint, data);
        break;
      case "cost_update":
        this.#set("costs", data);
        break;
      case "kv_cache_update":
        this.#set("kvCache", data);
        break;
      case "alert_update":
        this.#alerts.put(data.id, data, this.#size());
        break;
      case "notice":
        draft.notices = [data, ...draft.notices].slice(0, this.#size());
        break;
      default:
        return;
    }
    draft.lastUpdate = this.#env.now();
    this.#flush ??= this.#env.frame(this.flush);
  }

  /** Shows a change of the connection at once: it is rare, and callbacks follow it. */
  setConnection(connection: ConnectionStatusInfo): void {
    this.#draft.connection = connection;
    this.flush();
  }

  /** Forgets requests and errors. */
  clearHistory: () => void = () => {
    this.#requests.clear();
    this.#draft.errors = empty.errors;
    this.#draft.errorsCleared = this.#draft.errorTotal;
    this.flush();
  };

  /** Forgets everything but the connection. */
  reset(): void {
    this.#requests.clear();
    this.#alerts.clear();
    Object.assign(this.#draft, empty);
    this.clearHistory();
  }

  /** Shows what has gathered. */
  flush: () => void = () => {
    this.stop();
    const draft = this.#draft;
    draft.requests = this.#requests.newestFirst();
    draft.alerts = this.#alerts.newestFirst();
    this.#shown = draft;
    this.#draft = { ...draft };
    for (const listener of [...this.#listeners]) listener();
  };

  /** Drops a scheduled flush. */
  stop(): void {
    this.#flush?.();
    this.#flush = undefined;
  }

  #set<K extends Value>(slice: K, value: Draft[K]): void {
    if (!same(this.#draft[slice], value)) this.#draft[slice] = value;
  }

  #replace(snapshot: Snapshot): void {
    const draft = this.#draft;
    this.#set("metrics", snapshot.metrics);
    this.#set("system", snapshot.system);
    this.#set("costs", snapshot.costs);
    this.#set("kvCache", snapshot.kv_cache);
    draft.models = byKey(snapshot.models, (model) => model.model);
    draft.rateLimits = byKey(snapshot.rate_limits, (limit) => limit.endpoint);
    // What ran when the connection broke and is not in the snapshot is no longer running.
    this.#requests.merge(
      byKey(snapshot.requests, (request) => request.id),
      (request) => request.status !== "in_progress",
      this.#size(),
    );
    this.#alerts.merge(
      byKey(snapshot.alerts, (alert) => alert.id),
      () => false,
      this.#size(),
    );
    const incoming = byKey(snapshot.errors, errorKey);
    const older = draft.errors.filter((error) => !incoming.has(errorKey(error)));
    draft.errorTotal += incoming.size - (draft.errors.length - older.length);
    draft.errors = [...incoming.values(), ...older].slice(0, this.#size());
  }
}
