// Loaded only where the preferred transport fails, or is not a WebSocket.
export { Challenge } from "./challenge.ts";
export { poll } from "./poll.ts";
export { sse } from "./sse.ts";
