"use client";

import {
  type Env,
  type WebSocketConfig,
  type WebSocketHandlers,
  WebSocketService,
} from "@telltale/client";
import { type ReactElement, type ReactNode, useEffect, useState } from "react";
import { ServiceContext, StreamUrlContext } from "./context.ts";
import { useLatest } from "./latest.ts";

/** The connection, and who is told about it. */
export interface WebSocketProviderProps extends WebSocketHandlers {
  /** May be written inline: only a changed value has an effect, and only a new URL reconnects. */
  config: WebSocketConfig;
  /** Replaces the clock, the socket and so on; read once. */
  env?: Partial<Env>;
  children?: ReactNode;
}

/** One connection for everything below it. Opens after mounting, closes after unmounting. */
export function WebSocketProvider(props: WebSocketProviderProps): ReactElement {
  const { config, env, children } = props;
  const latest = useLatest(props);
  const [service] = useState(() => {
    // The service looks a handler up when it calls it, and finds the newest.
    const handlers = new Proxy<WebSocketHandlers>(
      {},
      { get: (_none, name) => Reflect.get(latest.current, name) },
    );
    return new WebSocketService({ ...config, autoConnect: false }, handlers, env);
  });
  const [leaving] = useState<{ cancel?: () => void }>({});

  // Two configurations are one when their values are; `getToken` is looked up when called.
  const key = JSON.stringify([config, !config.getToken]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the configuration
  useEffect(() => {
    const { config } = latest.current;
    service.configure({
      ...config,
      getToken: config.getToken && (() => latest.current.config.getToken?.()),
    });
  }, [key, service]);

  useEffect(() => {
    leaving.cancel?.();
    if (latest.current.config.autoConnect !== false) service.connect();
    return () => {
      // StrictMode takes every effect down and puts it up again: that must not cost a socket.
      leaving.cancel = service.env.after(0, service.disconnect);
    };
  }, [service, leaving, latest]);

  return (
    <ServiceContext.Provider value={service}>
      <StreamUrlContext.Provider value={config.url}>{children}</StreamUrlContext.Provider>
    </ServiceContext.Provider>
  );
}
