import {
  ConnectionError,
  type ConnectionState,
  createWebSocketService,
  type Env,
  type MetricsUpdate,
  type RequestUpdate,
} from "@telltale/client";
import { connectFailure } from "../connect-failure.ts";
import { printable } from "../printable.ts";
import { inScheme, shownAddress } from "../stream-address.ts";
import { type Filter, matches, narrowed } from "./filter.ts";
import type { Sockets } from "./sockets.ts";
import { Unseen } from "./unseen.ts";

export interface WatchOptions {
  readonly url: URL;
  readonly filter: Filter;
  /** Ends after so many finished requests. */
  readonly limit: number;
  /** Keep trying while the server is away. */
  readonly retry: boolean;
  readonly sockets: Sockets;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly env?: Partial<Env>;
}

export interface WatchEvents {
  /** A request that the filter lets through. */
  request(request: RequestUpdate): void;
  /** What the reader should know besides, in one line. */
  note(text: string): void;
  /** The connection or the figures changed. */
  status(state: ConnectionState, metrics: MetricsUpdate | null): void;
}

/**
 * Tells of each request once it has ended, and of what runs when the filter asks for it, until the
 * limit is reached or the signal aborts.
 *
 * @throws when the server cannot be reached and that is not to be tried again.
 */
export async function watch(options: WatchOptions, events: WatchEvents): Promise<void> {
  const { url, filter, limit, retry, sockets, signal } = options;
  const unseen = new Unseen();
  const address = shownAddress(url);
  let left = limit;
  let problem = "";

  const service = createWebSocketService(
    {
      url: inScheme(narrowed(url, filter), "ws").href,
      autoConnect: false,
      maxReconnectInterval: 5_000,
      maxReconnectAttempts: retry ? Number.POSITIVE_INFINITY : 0,
      historySize: 0,
    },
    {
      onConnect: () => events.note(`connected to ${address}`),
      onDisconnect: (reason) => {
        problem = `lost ${address}: ${printable(reason)}`;
        if (service.getState() === "RECONNECTING") events.note(`${problem}; trying again`);
      },
      onError: (error) => {
        if (!(error instanceof ConnectionError)) {
          events.note(printable(error.message));
          return;
        }
        problem = explain(address, sockets.failure() ?? error);
        if (service.getState() === "RECONNECTING") events.note(`${problem}; trying again`);
      },
    },
    { ...options.env, webSocket: () => sockets.webSocket },
  );

  const show = (request: RequestUpdate): void => {
    if (left <= 0 || !matches(filter, request)) return;
    events.request(request);
    if (request.status !== "in_progress") left--;
  };

  try {
    await new Promise<void>((resolve, reject) => {
      const end = (): void => resolve();
      if (signal.aborted) end();
      signal.addEventListener("abort", end, { once: true });
      const shown = (requests: readonly RequestUpdate[]): void => {
        for (const request of requests) show(request);
        if (left <= 0) end();
      };
      service.subscribe("request_update", (request) => {
        if (unseen.take(request)) shown([request]);
      });
      service.subscribe("init", ({ snapshot }) => {
        if (snapshot) shown(unseen.takeState(snapshot.requests));
      });
      service.subscribe("notice", ({ code, message }) => {
        events.note(`${printable(code)}: ${printable(message)}`);
      });
      service.store.subscribe(() => {
        const { connection, metrics } = service.store.getState();
        events.status(connection.state, metrics);
      });
      service.onStateChange((state) => {
        // After the handlers, which say why.
        if (state === "ERROR" || state === "CLOSED") {
          queueMicrotask(() => reject(new Error(problem)));
        }
      });
      service.connect();
    });
  } finally {
    service.destroy();
    await sockets.end();
  }
}

function explain(address: string, error: Error): string {
  const { reason, advice } = connectFailure(error);
  return `cannot reach ${address}: ${reason}; ${advice} (telltale doctor ${address} says more)`;
}
