import type {
  AlertUpdate,
  CostUpdate,
  ErrorUpdate,
  KvCacheUpdate,
  MetricsUpdate,
  ModelUpdate,
  Notice,
  RateLimitUpdate,
  Replay,
  RequestUpdate,
  SystemUpdate,
} from "@telltale/protocol";

/** What the stream amounts to, immutable. A slice keeps its identity until something in it changes. */
export interface StreamState {
  readonly metrics: MetricsUpdate | null;
  /** By name. */
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

/** The one empty map and list, so that nothing renders when what gathers takes over. */
export const NO_ENTRIES: ReadonlyMap<string, never> = new Map<string, never>();
export const NO_ITEMS: readonly never[] = [];

/** What there is before anything has arrived. */
export const NOTHING: StreamState = {
  metrics: null,
  models: NO_ENTRIES,
  requests: NO_ITEMS,
  errors: NO_ITEMS,
  errorTotal: 0,
  errorsCleared: 0,
  system: null,
  rateLimits: NO_ENTRIES,
  costs: null,
  kvCache: null,
  alerts: NO_ITEMS,
  notices: NO_ITEMS,
  lastUpdate: null,
  replay: null,
};
