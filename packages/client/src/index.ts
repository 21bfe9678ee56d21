export type * from "@telltale/protocol";
export { MessageType } from "@telltale/protocol";
export type { StreamSubscription, WebSocketConfig } from "./config.ts";
export { ConnectionState } from "./connection.ts";
export type { ConnectionInfo, ConnectionStatusInfo } from "./connection-info.ts";
export {
  type Cancel,
  defaultEnv,
  type Env,
  type SocketEvent,
  type WakeCause,
  type WebSocketConstructor,
  type WebSocketLike,
} from "./env.ts";
export { CallbackError, ConnectionError, ProtocolError, type TelltaleError } from "./errors.ts";
export type { WebSocketHandlers } from "./handlers.ts";
export { preload } from "./loading.ts";
export type { Send, SendResult } from "./send-result.ts";
export { createWebSocketService, WebSocketService } from "./service.ts";
export type { LockEvents, TabChannel, Tabs } from "./share/tabs.ts";
export type { Store, TelltaleState } from "./store.ts";
export type { MessageCallback } from "./subscribers.ts";
export type { RawFrame } from "./tap.ts";
export type { TransportName } from "./transport/transport.ts";
