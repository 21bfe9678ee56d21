export type * from "@telltale/protocol";
export { MessageType } from "@telltale/protocol";
export type { WebSocketConfig } from "./config.ts";
export { ConnectionState } from "./connection.ts";
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
export type { SendResult } from "./outbox.ts";
export {
  type ConnectionInfo,
  createWebSocketService,
  type WebSocketHandlers,
  WebSocketService,
} from "./service.ts";
export type { ConnectionStatusInfo, Store, TelltaleState } from "./store.ts";
export type { MessageCallback } from "./subscribers.ts";
