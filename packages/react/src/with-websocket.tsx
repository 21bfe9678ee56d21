"use client";

import type { ConnectionState, ConnectionStatusInfo, Send } from "@telltale/client";
import { type ComponentType, type FunctionComponent, useMemo } from "react";
import { useWebSocketConnection } from "./hooks/use-websocket-connection.ts";
import { useWebSocketSend } from "./hooks/use-websocket-send.ts";

/** The connection as a property, for components that cannot call hooks. */
export interface WebSocketProp {
  readonly state: ConnectionState;
  readonly isConnected: boolean;
  /** How the connection stands, without what changes with every message. */
  readonly info: ConnectionStatusInfo;
  /** Sends a message, or tells why not. */
  readonly send: Send;
  /** Connects, or tries at once when a retry is being waited for. */
  readonly connect: () => void;
  /** Ends the connection and stays away until `connect()`. */
  readonly disconnect: () => void;
}

/** What a component given to `withWebSocket` must accept. */
export interface WithWebSocketProps {
  websocket: WebSocketProp;
}

/**
 * Gives a component, class components included, the connection as its property `websocket`. The
 * property is the same object until the connection changes.
 *
 * @returns A component that takes the other properties, named `withWebSocket(Name)`.
 */
export function withWebSocket<P extends WithWebSocketProps>(
  Wrapped: ComponentType<P>,
): FunctionComponent<Omit<P, keyof WithWebSocketProps>>;
export function withWebSocket(
  Wrapped: ComponentType<WithWebSocketProps>,
): FunctionComponent<object> {
  const WithWebSocket: FunctionComponent<object> = (props) => {
    const send = useWebSocketSend();
    const connection = useWebSocketConnection();
    const websocket = useMemo(() => {
      const { isConnected, connect, disconnect, ...info } = connection;
      return { state: info.state, isConnected, info, send, connect, disconnect };
    }, [connection, send]);
    return <Wrapped {...props} websocket={websocket} />;
  };
  WithWebSocket.displayName = `withWebSocket(${Wrapped.displayName || Wrapped.name || "Component"})`;
  return WithWebSocket;
}
