import type { DownType, RequestStatus, Schema } from "@telltale/protocol";
import type { TransportName } from "./transport/transport.ts";

/** What of a stream is wanted. Absent, or an empty object, means everything. */
export interface StreamSubscription {
  /** Message types. `init`, `notice`, `heartbeat` and `pong` always come. */
  types?: readonly (DownType | (string & {}))[] | undefined;
  /** Models whose updates, requests and errors are wanted. */
  models?: readonly string[] | undefined;
  /** Which requests are wanted; all that is given must hold. */
  filter?:
    | {
        status?: readonly RequestStatus[] | undefined;
        /** Requests that took at least so long, or have so far, ms. */
        min_latency_ms?: number | undefined;
        /** Found, whatever the case, in id, model, error, user, endpoint or service. */
        text?: string | undefined;
      }
    | undefined;
  /** Least time between updates of figures, ms. */
  intervalMs?: number | undefined;
}

/** What a connection needs to know. Only `url` must be given. */
export interface WebSocketConfig {
  /** `ws(s)://` or `http(s)://`; in a browser also relative, such as `/metrics/stream`. */
  url: string;
  /** First backoff step, ms. Default 1000. */
  reconnectInterval?: number | undefined;
  /** Longest wait between attempts, ms. Default 30000. */
  maxReconnectInterval?: number | undefined;
  /**
   * Growth of the wait per attempt, at least 1; a connection that opened and ended before it had
   * settled (5 s and one message) counts two. Default 1.5.
   */
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
  /**
   * Ways to the server, the preferred one first. Default `["websocket", "sse", "poll"]`: the other
   * two take over where no WebSocket gets through, until one does.
   */
  transports?: readonly TransportName[] | undefined;
  /**
   * Schemas of message types of your own, by type, made with the functions of `@telltale/protocol`. What
   * does not fit is reported and dropped, as with the types of the contract, which cannot be replaced.
   */
  schemas?: Readonly<Record<string, Schema>> | undefined;
  /** Narrows what is sent, where the server can do that. Default everything. */
  subscription?: StreamSubscription | undefined;
  /**
   * `"tabs"`: tabs of one browser that want the same hold one connection together, where the browser
   * has Web Locks and BroadcastChannel and the page is secure; elsewhere each has its own. The same are
   * `url`, `protocols`, `transports`, `subscription` and, where there is a `getToken`, what it supplies.
   */
  share?: "tabs" | undefined;
  /**
   * Who is signed in. With `share`, tabs share when this is equal, in place of equal tokens: for tokens
   * that differ from tab to tab. Never sent anywhere.
   */
  shareAs?: string | undefined;
  /** Connect on creation. Default true. */
  autoConnect?: boolean | undefined;
  /**
   * Supplies a token. Called when the server closes with 4100–4199 (then the connection is tried
   * once more), when its `init` lists the capability `auth`, which the token is then sent for, and
   * before a request over HTTP, which carries it as `Authorization: Bearer`.
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
  transports: readonly TransportName[];
}

const defaults = {
  reconnectInterval: 1_000,
  maxReconnectInterval: 30_000,
  reconnectDecay: 1.5,
  maxReconnectAttempts: Number.POSITIVE_INFINITY,
  heartbeatInterval: 30_000,
  heartbeatTimeout: 5_000,
  historySize: 500,
  transports: ["websocket", "sse", "poll"],
} satisfies Partial<Config>;

/** Fills in the defaults; an option given as `undefined` is one not given. */
export function complete(config: WebSocketConfig): Config {
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  return { ...config, ...defaults, ...Object.fromEntries(given) };
}
