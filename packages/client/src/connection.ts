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

export type ConnectionState = (typeof ConnectionState)[keyof typeof ConnectionState];

interface Outage {
  readonly name: "RECONNECTING";
  /** Attempt waited for or under way, from 1. */
  readonly attempt: number;
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

export type ConnectionEvent =
  | { readonly type: "connect" }
  | { readonly type: "disconnect" }
  | { readonly type: "opened"; readonly now: number }
  | { readonly type: "data" }
  | {
      readonly type: "closed";
      readonly code: number;
      readonly reason: string;
      readonly now: number;
      readonly random: number;
    }
  /** The one timer of the connection ran out. */
  | { readonly type: "timer"; readonly now: number; readonly random: number }
  /** Nothing was heard for too long. */
  | {
      readonly type: "silent";
      readonly reason: string;
      readonly now: number;
      readonly random: number;
    }
  | {
      readonly type: "wake";
      readonly cause: WakeCause;
      readonly now: number;
      readonly random: number;
    }
  | {
      readonly type: "going_away";
      readonly after: number;
      readonly spread: number;
      readonly now: number;
      readonly random: number;
    }
  | { readonly type: "token" }
  /** No attempt can be made, or no token be had: a reason that lies on this side. */
  | { readonly type: "refused"; readonly reason: string };

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
  readonly canRefreshToken: boolean;
}

export interface Transition {
  readonly state: Connection;
  readonly effects: readonly Effect[];
}

/** A network that swallows packets lets a socket hang in the opening for minutes. */
export const OPEN_TIMEOUT_MS = 10_000;
/** Uptime after which, together with one data frame, an outage counts as over. */
export const SETTLED_MS = 5_000;

const CLOSE: Effect = { do: "close" };
const STOP_WAITING: Effect = { do: "stop_waiting" };
const OPEN: readonly Effect[] = [{ do: "wait", ms: OPEN_TIMEOUT_MS }, { do: "open" }];

/** True when a connection has lasted and delivered: the next outage starts counting afresh. */
export function settled(state: Connection, now: number): boolean {
  return state.name === "CONNECTED" && state.hadData && now - state.since >= SETTLED_MS;
}

/** Attempts made or scheduled in the outage that a state belongs to. */
export function attemptsOf(state: Connection): number {
  if (state.name === "RECONNECTING") return state.attempt;
  return state.name === "CONNECTED" || state.name === "CLOSED" ? state.attempts : 0;
}

function attempt(state: Connection & { name: "RECONNECTING" }, refreshed: boolean): Transition {
  return {
    state: { name: "RECONNECTING", phase: "trying", attempt: state.attempt, refreshed },
    effects: OPEN,
  };
}

function lost(
  state: Connection,
  { code, reason, now, random }: { code: number; reason: string; now: number; random: number },
  options: ConnectionOptions,
): Transition {
  const fresh = settled(state, now);
  const attempts = fresh ? 0 : attemptsOf(state);
  const refreshed = !fresh && "refreshed" in state && state.refreshed;
  const outage = { name: "RECONNECTING", attempt: attempts + 1, refreshed } as const;
  const action = closeAction(code);
  const refresh = action === "refresh_token";
  if (action === "stop" || (refresh && (refreshed || !options.canRefreshToken))) {
    return { state: { name: "ERROR", code, reason }, effects: [STOP_WAITING] };
  }
  if (attempts >= options.maxReconnectAttempts) {
    return { state: { name: "CLOSED", attempts }, effects: [STOP_WAITING] };
  }
  if (refresh) {
    return {
      state: { ...outage, phase: "refreshing" },
      effects: [STOP_WAITING, { do: "refresh_token" }],
    };
  }
  const slow = action === "retry_slowly";
  const announced = state.name === "CONNECTED" && state.leaveAt !== null && state.leaveAt > now;
  const ms = announced
    ? state.leaveAt - now
    : (slow ? slowBackoff : backoff)(attempts, random, options);
  return {
    state: { ...outage, phase: "waiting", until: now + ms, slow },
    effects: [{ do: "wait", ms }],
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
  const waiting = name === "RECONNECTING" && state.phase === "waiting";
  const opening = name === "CONNECTING" || (name === "RECONNECTING" && state.phase === "trying");
  const wanted = opening || name === "CONNECTED" || name === "RECONNECTING";
  switch (event.type) {
    case "connect":
      if (waiting) return attempt(state, state.refreshed);
      return wanted ? stay : { state: { name: "CONNECTING" }, effects: OPEN };
    case "disconnect":
      if (name === "DISCONNECTED") return stay;
      return { state: { name: "DISCONNECTED" }, effects: [STOP_WAITING, CLOSE] };
    case "opened":
      if (!opening) return stay;
      return {
        state: {
          name: "CONNECTED",
          since: event.now,
          attempts: attemptsOf(state),
          refreshed: "refreshed" in state && state.refreshed,
          hadData: false,
          leaveAt: null,
        },
        effects: [STOP_WAITING],
      };
    case "data":
      if (name !== "CONNECTED" || state.hadData) return stay;
      return { state: { ...state, hadData: true }, effects: [] };
    case "closed":
      return opening || name === "CONNECTED" ? lost(state, event, options) : stay;
    case "silent": {
      if (name !== "CONNECTED") return stay;
      const next = lost(state, { ...event, code: 1006 }, options);
      return { state: next.state, effects: [CLOSE, ...next.effects] };
    }
    case "timer": {
      if (waiting) return attempt(state, state.refreshed);
      if (name === "CONNECTED" && state.leaveAt !== null) {
        const { attempts, refreshed } = state;
        const next = attempt(
          { name: "RECONNECTING", phase: "trying", attempt: attempts + 1, refreshed },
          refreshed,
        );
        return { state: next.state, effects: [CLOSE, ...next.effects] };
      }
      if (!opening) return stay;
      const reason = `Did not open within ${OPEN_TIMEOUT_MS / 1000} s`;
      const next = lost(state, { ...event, code: 1006, reason }, options);
      return { state: next.state, effects: [CLOSE, ...next.effects] };
    }
    case "wake": {
      if (name === "CONNECTED") return { state, effects: [{ do: "probe" }] };
      // An overloaded server asked for patience; being looked at is no reason to deny it.
      if (!waiting || state.slow) return stay;
      if (event.cause === "visible") return attempt(state, state.refreshed);
      // A whole office comes online in the same instant.
      const ms = event.random * Math.min(options.reconnectInterval, state.until - event.now);
      return { state: { ...state, until: event.now + ms }, effects: [{ do: "wait", ms }] };
    }
    case "going_away": {
      if (name !== "CONNECTED") return stay;
      const ms = event.after + event.random * event.spread;
      return { state: { ...state, leaveAt: event.now + ms }, effects: [{ do: "wait", ms }] };
    }
    case "token":
      if (name !== "RECONNECTING" || state.phase !== "refreshing") return stay;
      return attempt(state, true);
    case "refused":
      if (!wanted) return stay;
      return {
        state: { name: "ERROR", code: 1006, reason: event.reason },
        effects: [STOP_WAITING, CLOSE],
      };
    default:
      return event satisfies never;
  }
}
