import { evenDraws } from "./even-draws.ts";

import type { Tabs } from "./share/tabs.ts";

/** Ends what it was returned for; calling it again does nothing. */
export type Cancel = () => void;

/** Why an early try may succeed: the network came back, or someone is looking at the page again. */
export type WakeCause = "online" | "visible";

/** What this package reads of a socket's events. */
export interface SocketEvent {
  readonly type?: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** What this package uses of a socket. The browser's `WebSocket` and that of `ws` both fit. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: SocketEvent) => void,
  ): void;
}

/** A socket implementation: the browser's `WebSocket`, that of `ws`, or one of a test. */
export type WebSocketConstructor = new (
  url: string,
  protocols?: string | string[],
) => WebSocketLike;

/**
 * Everything this package takes from its surroundings, so that a test, a server or another runtime
 * can replace any of it.
 */
export interface Env {
  /** Unix ms. The wall clock, because it also counts the time a machine sleeps. */
  now(): number;
  /**
   * Uniform in [0, 1); decides when a connection comes back, and nothing else. By default one
   * sequence for all connections of this module, which spreads them evenly.
   */
  random(): number;
  /** Runs once after `ms`. */
  after(ms: number, run: () => void): Cancel;
  /** Runs once, with the next paint where there is one. */
  frame(run: () => void): Cancel;
  /** Tells when the network or the viewer returns. */
  onWake(run: (cause: WakeCause) => void): Cancel;
  /** What relative URLs are relative to. */
  base(): string | undefined;
  /** The socket implementation, looked up at each connection. */
  webSocket(): WebSocketConstructor | undefined;
  /** For server-sent events and long polls; looked up at each request. */
  fetch(): typeof fetch | undefined;
  /** What tabs of a browser have in common, for `share`. Absent: what the browser has. */
  tabs?(): Tabs | undefined;
  /** Where `debug: true` writes. */
  log(...parts: unknown[]): void;
}

/** A page that is hidden or occluded gets no animation frames at all, but its data must move on. */
const FRAME_FALLBACK_MS = 100;

/** A longer timeout overflows and fires at once. */
const MOST_TIMEOUT_MS = 2 ** 31 - 1;

function listen(
  target: Partial<EventTarget> | undefined,
  type: string,
  run: (event: Event) => void,
): Cancel {
  target?.addEventListener?.(type, run);
  return () => target?.removeEventListener?.(type, run);
}

/** The surroundings as they are, in a browser, a worker, Node or React Native. */
export const defaultEnv: Env = {
  now: () => Date.now(),
  random: evenDraws(() => Math.random()),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, MOST_TIMEOUT_MS));
    return () => clearTimeout(timer);
  },
  frame(run) {
    const frame = globalThis.requestAnimationFrame?.(once);
    const timer = setTimeout(once, frame === undefined ? 16 : FRAME_FALLBACK_MS);
    function cancel(): void {
      clearTimeout(timer);
      if (frame !== undefined) cancelAnimationFrame(frame);
    }
    function once(): void {
      cancel();
      run();
    }
    return cancel;
  },
  onWake(run) {
    const { document } = globalThis;
    const wake = ({ type }: Event): void => {
      if (type === "online") run(type);
      else if (!document?.hidden) run("visible");
    };
    const ends = [
      listen(globalThis, "online", wake),
      listen(globalThis, "pageshow", wake),
      listen(document, "visibilitychange", wake),
    ];
    return () => {
      for (const end of ends) end();
    };
  },
  base: () => globalThis.document?.baseURI,
  webSocket: () => globalThis.WebSocket,
  fetch: () => globalThis.fetch,
  // biome-ignore lint/suspicious/noConsole: this is what `debug: true` asks for
  log: (...parts) => console.debug("[telltale]", ...parts),
};
