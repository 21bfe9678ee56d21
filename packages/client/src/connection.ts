import { closeAction } from "@telltale/protocol";
import { type BackoffOptions, backoff, slowBackoff } from "./backoff.ts";
import type { WakeCause } from "./env.ts";

/** Names of the states of a connection. */
export const ConnectionState = {
  /** The first attempt is under way. */
  CONNECTING: "CONNECTING",
  CONNECTED: "CONNECTED",
  /** Not wanted: before `connect()`, or after `disconnect()`. */
  DISCONNECTED: "DISCONNECTED",
  /** Lost or never made, and being tried again. */
  RECONNECTING: "RECONNECTING",
  /** Ended for a reason that trying again would not change. */
  ERROR: "ERROR",
  /** Given up after `maxReconnectAttempts`. */
  CLOSED: "CLOSED",
} as const;

/** One of the states of {@link ConnectionState}, by its name. */
export type ConnectionState = (typeof ConnectionState)[keyof typeof ConnectionState];

interface Outage {
  readonly name: "RECONNECTING";
  /** Attempt waited for or under way, from 1. */
  readonly attempt: number;
  /** Exponent of the next backoff. */
  readonly step: number;
  /** A fresh token was already asked for in this outage. */
  readonly refreshed: boolean;
}

/** Where a connection stands. Each state has only the fields that mean something in it. */
export type Connection =
  | { readonly name: "DISCONNECTED" }
  | { readonly name: "CONNECTING" }
  | {
      readonly name: "CONNECTED";
      /** Unix ms. */
      readonly since: number;
      /** Attempts it took, kept until the connection has proved itself. */
      readonly attempts: number;
      readonly step: number;
      readonly refreshed: boolean;
      readonly hadData: boolean;
      /** The server is going away; when to come back, Unix ms. */
      readonly leaveAt: number | null;
    }
  | (Outage & { readonly phase: "waiting"; readonly until: number; readonly slow: boolean })
  | (Outage & { readonly phase: "trying" })
  | (Outage & { readonly phase: "refreshing" })
  | { readonly name: "ERROR"; readonly code: number; readonly reason: string }
  | { readonly name: "CLOSED"; readonly attempts: number };

/** What happens to a connection. */
export type Cause =
  | { readonly type: "connect" }
  | { readonly type: "disconnect" }
  | { readonly type: "opened" }
  /** Another transport delivers, and is used from now on. */
  | { readonly type: "switched" }
  /** The first valid message of a connection. */
  | { readonly type: "data" }
  | { readonly type: "closed"; readonly code: number; readonly reason: string }
  /** Nothing was heard for too long. */
  | { readonly type: "silent"; readonly reason: string }
  /** The one timer of the connection ran out. */
  | { readonly type: "timer" }
  | { readonly type: "wake"; readonly cause: WakeCause }
  | { readonly type: "going_away"; readonly after: number; readonly spread: number }
  | { readonly type: "token" }
  /** No attempt can be made, or no token be had: a reason that lies on this side. */
  | { readonly type: "refused"; readonly reason: string };

/** A cause with its time (Unix ms) and its chance (uniform in [0, 1), read at most once). */
export type ConnectionEvent = Cause & { readonly now: number; readonly random: number };

/** What the transition asks its driver to do, in order. `wait` replaces the wait before it. */
export type Effect =
  | { readonly do: "open" }
  | { readonly do: "close" }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "stop_waiting" }
  | { readonly do: "refresh_token" }
  | { readonly do: "probe" };

export interface ConnectionOptions extends BackoffOptions {
  readonly maxReconnectAttempts: number;
  readonly getToken?: unknown;
}

export interface Transition {
  readonly state: Connection;
  readonly effects: readonly Effect[];
  /** Why a connection or an attempt ended. */
  readonly ended?: { readonly code: number; readonly reason: string };
}

/** A network that swallows packets lets a socket hang in the opening for minutes. */
const OPEN_TIMEOUT_MS = 10_000;
/** Uptime after which, together with one data frame, an outage counts as over. */
const SETTLED_MS = 5_000;

/** Longest wait for `getToken`. */
const TOKEN_TIMEOUT_MS = 30_000;

const NO_CODE = 1006;
const CLOSE: Effect = { do: "close" };
const STOP_WAITING: Effect = { do: "stop_waiting" };
/** Effects that begin an attempt. */
export const OPEN: readonly Effect[] = [{ do: "wait", ms: OPEN_TIMEOUT_MS }, { do: "open" }];

/** True when a connection has lasted and delivered: the next outage starts counting afresh. */
function settled(state: Connection, now: number): boolean {
  return state.name === "CONNECTED" && state.hadData && now - state.since >= SETTLED_MS;
}

/** False once nothing will happen any more unless it is asked for. */
export function wanted({ name }: Connection): boolean {
  return name !== "DISCONNECTED" && name !== "ERROR" && name !== "CLOSED";
}

/** Attempts made or scheduled in the outage that a state belongs to; none once it is over. */
export function attemptsOf(state: Connection, now: number): number {
  if (settled(state, now)) return 0;
  if ("attempts" in state) return state.attempts;
  return "attempt" in state ? state.attempt : 0;
}

const AFRESH = { attempts: 0, step: 0, refreshed: false };

/** What an outage has cost by the end of a state: nothing when a connection had settled. */
function costOf(state: Connection, now: number): typeof AFRESH {
  if (settled(state, now)) return AFRESH;
  const { step, refreshed } = "step" in state ? state : AFRESH;
  return { attempts: attemptsOf(state, now), step, refreshed };
}

/** The outage in which a state that has ended is tried again. */
function outageAfter(state: Connection, now: number): Outage {
  const { attempts, step, refreshed } = costOf(state, now);
  // A server that accepts and drops is in more trouble than one that cannot be reached.
  const flapped = state.name === "CONNECTED" && !settled(state, now);
  const next = step + (flapped ? 2 : 1);
  return { name: "RECONNECTING", attempt: attempts + 1, step: next, refreshed };
}

function trying({ name, attempt, step, refreshed }: Outage): Transition {
  return { state: { name, phase: "trying", attempt, step, refreshed }, effects: OPEN };
}

/** An end from which only `connect()` leads back. */
function over(state: Connection, code: number, reason: string): Transition {
  return { state, effects: [STOP_WAITING, CLOSE], ended: { code, reason } };
}

function failed(code: number, reason: string): Transition {
  return over({ name: "ERROR", code, reason }, code, reason);
}

/** What follows the end of a connection, or of an attempt, that nobody here asked for. */
function lost(
  state: Connection,
  event: ConnectionEvent,
  options: ConnectionOptions,
  code: number,
  reason: string,
): Transition {
  const { now } = event;
  const { attempts, step, refreshed } = costOf(state, now);
  const action = closeAction(code);
  const refresh = action === "refresh_token";
  if (action === "stop" || (refresh && (refreshed || !options.getToken))) {
    return failed(code, reason);
  }
  if (attempts >= options.maxReconnectAttempts) {
    return over({ name: "CLOSED", attempts }, code, reason);
  }
  const outage = outageAfter(state, now);
  const ended = { code, reason };
  if (refresh) {
    const effects: Effect[] = [{ do: "wait", ms: TOKEN_TIMEOUT_MS }, { do: "refresh_token" }];
    return { state: { ...outage, phase: "refreshing" }, effects, ended };
  }
  const slow = action === "retry_slowly";
  const left = state.name === "CONNECTED" && state.leaveAt !== null ? state.leaveAt - now : 0;
  const ms = left > 0 ? left : (slow ? slowBackoff : backoff)(step, event.random, options);
  return {
    state: { ...outage, phase: "waiting", until: now + ms, slow },
    effects: [CLOSE, { do: "wait", ms }],
    ended,
  };
}

/**
 * The whole life of a connection. Pure: time and chance come with the event. An event that means
 * nothing in a state returns that very state, so that callers may compare by identity.
 */
export function transition(
  state: Connection,
  event: ConnectionEvent,
  options: ConnectionOptions,
): Transition {
  const stay: Transition = { state, effects: [] };
  const { name } = state;
  const { now } = event;
  const waiting = name === "RECONNECTING" && state.phase === "waiting";
  const refreshing = name === "RECONNECTING" && state.phase === "refreshing";
  const connected = name === "CONNECTED";
  const opening = name === "CONNECTING" || (name === "RECONNECTING" && state.phase === "trying");
  switch (event.type) {
    case "connect":
      if (waiting) return trying(state);
      if (opening || refreshing || connected) return stay;
      return { state: { name: "CONNECTING" }, effects: OPEN };
    case "disconnect":
      if (name === "DISCONNECTED") return stay;
      return over({ name: "DISCONNECTED" }, 1000, "Disconnected by the client");
    case "opened":
    case "switched":
      if (!opening && !(waiting && event.type === "switched")) return stay;
      return {
        state: {
          name: "CONNECTED",
          since: now,
          ...costOf(state, now),
          hadData: false,
          leaveAt: null,
        },
        effects: [STOP_WAITING],
      };
    case "data":
      return connected && !state.hadData
        ? { state: { ...state, hadData: true }, effects: [] }
        : stay;
    case "closed":
      return opening || connected ? lost(state, event, options, event.code, event.reason) : stay;
    case "silent":
      return connected ? lost(state, event, options, NO_CODE, event.reason) : stay;
    case "timer":
      if (waiting) return trying(state);
      if (opening) return lost(state, event, options, NO_CODE, "It did not open in time");
      if (refreshing) return failed(NO_CODE, "getToken did not answer in time");
      if (connected && state.leaveAt !== null) {
        return {
          ...trying(outageAfter(state, now)),
          effects: [CLOSE, ...OPEN],
          ended: { code: 1001, reason: "The server is going away" },
        };
      }
      return stay;
    case "wake": {
      if (connected) return { state, effects: [{ do: "probe" }] };
      // An overloaded server asked for patience; being looked at is no reason to deny it.
      if (!waiting || state.slow) return stay;
      if (event.cause === "visible") return trying(state);
      // A whole office comes online in the same instant. After a sleep the wait may be long over.
      const left = Math.max(0, state.until - now);
      const ms = event.random * Math.min(options.reconnectInterval, left);
      return { state: { ...state, until: now + ms }, effects: [{ do: "wait", ms }] };
    }
    case "going_away": {
      if (!connected) return stay;
      const ms = event.after + event.random * event.spread;
      return { state: { ...state, leaveAt: now + ms }, effects: [{ do: "wait", ms }] };
    }
    case "token":
      return refreshing ? trying({ ...state, refreshed: true }) : stay;
    case "refused":
      return opening || refreshing ? failed(NO_CODE, event.reason) : stay;
    default:
      return event satisfies never;
  }
}
