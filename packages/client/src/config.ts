/** What a connection needs to know. Only `url` must be given. */
export interface WebSocketConfig {
  /** `ws(s)://` or `http(s)://`; in a browser also relative, such as `/metrics/stream`. */
  url: string;
  /** First backoff step, ms. Default 1000. */
  reconnectInterval?: number | undefined;
  /** Longest wait between attempts, ms. Default 30000. */
  maxReconnectInterval?: number | undefined;
  /** Growth of the wait per attempt, at least 1. Default 1.5. */
  reconnectDecay?: number | undefined;
  /** Attempts per outage before the state is `CLOSED`. Default `Infinity`. */
  maxReconnectAttempts?: number | undefined;
  /** Longest silence before the server is asked, where it listens, ms. Default 30000. */
  heartbeatInterval?: number | undefined;
  /** Longest wait for any frame after asking, ms. Default 5000. */
  heartbeatTimeout?: number | undefined;
  /** Requests, errors, alerts and notices kept, each. Default 500. */
  historySize?: number | undefined;
  /** Write raw messages and state changes to `console.debug`. Default false. */
  debug?: boolean | undefined;
  /** WebSocket subprotocols. Default none: browsers refuse a server that ignores them. */
  protocols?: string | string[] | undefined;
  /** Connect on creation. Default true. */
  autoConnect?: boolean | undefined;
  /**
   * Supplies a token. Called when the server closes with 4100–4199 (then the connection is tried
   * once more) and when its `init` lists the capability `auth`, which the token is then sent for.
   * May resolve to nothing when renewing a cookie is all there is to do.
   */
  getToken?: (() => Promise<string | undefined> | string | undefined) | undefined;
}

export interface Config extends WebSocketConfig {
  reconnectInterval: number;
  maxReconnectInterval: number;
  reconnectDecay: number;
  maxReconnectAttempts: number;
  heartbeatInterval: number;
  heartbeatTimeout: number;
  historySize: number;
}

const defaults = {
  reconnectInterval: 1_000,
  maxReconnectInterval: 30_000,
  reconnectDecay: 1.5,
  maxReconnectAttempts: Number.POSITIVE_INFINITY,
  heartbeatInterval: 30_000,
  heartbeatTimeout: 5_000,
  historySize: 500,
};

/** Least value of each number. */
const least: typeof defaults = {
  reconnectInterval: 1,
  maxReconnectInterval: 1,
  reconnectDecay: 1,
  maxReconnectAttempts: 0,
  heartbeatInterval: 1,
  heartbeatTimeout: 1,
  historySize: 0,
};

/** Fills in the defaults; an option given as `undefined` is one not given. */
export function complete(config: WebSocketConfig): Config {
  const complete: Config = { ...config, ...defaults };
  for (const [name, value] of Object.entries(config)) {
    if (value !== undefined) Object.assign(complete, { [name]: value });
  }
  return complete;
}

/** What is wrong with a configuration, in words; `undefined` when nothing is. */
export function configProblem(config: Config): string | undefined {
  if (typeof config.url !== "string" || !config.url) {
    return `config.url: expected a URL, received ${JSON.stringify(config.url)}`;
  }
  for (const name of Object.keys(least) as (keyof typeof least)[]) {
    const value: unknown = config[name];
    if (typeof value !== "number" || !(value >= least[name])) {
      return `config.${name}: expected a number of at least ${least[name]}, received ${value}`;
    }
  }
  return undefined;
}
