import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { CloseCode, upSchemas, validate } from "@telltale/protocol";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { exceedsDepth, type Limits } from "../access/limits.ts";
import type { Connection, Socket } from "./connection.ts";
import { encode } from "./frames.ts";
import { CAPABILITIES, type Hub } from "./hub.ts";

const RATE_WINDOW = 10_000;

export interface WebSocketOptions {
  readonly hub: Hub;
  readonly limits: Limits;
  readonly now: () => number;
}

export interface WebSocketDoor {
  /** Completes an upgrade that has been judged already. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** The stream over WebSocket (RFC 6455): the hub's frames out, a few small messages in. */
export function createWebSocketDoor(options: WebSocketOptions): WebSocketDoor {
  const { hub, limits, now } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxPayload,
    maxFragments: limits.maxFragments,
    perMessageDeflate: false,
    clientTracking: true,
  });

  const attach = (ws: WebSocket): void => {
    const connection = hub.join(socketOf(ws));
    let windowStart = now();
    let messages = 0;
    ws.on("message", (data, isBinary) => {
      if (now() - windowStart >= RATE_WINDOW) {
        windowStart = now();
        messages = 0;
      }
      if (++messages > limits.maxMessages) {
        ws.close(CloseCode.RATE_LIMITED, "too many messages");
        return;
      }
      receive(connection, isBinary ? undefined : textOf(data));
    });
    ws.on("close", () => hub.leave(connection));
    // ws has answered with the right close code already (1009, 1002, 1007); "close" follows.
    ws.on("error", () => undefined);
  };

  const receive = (connection: Connection, text: string | undefined): void => {
    const message = text === undefined ? undefined : parse(text, limits.maxJsonDepth);
    const fault = message === undefined ? NOT_A_MESSAGE : faultOf(message);
    if (message !== undefined && fault === undefined) {
      act(connection, message);
      return;
    }
    const data = { code: "bad_message", ...(fault ?? NOT_A_MESSAGE) };
    connection.write(encode([{ type: "notice", data }], now()));
  };

  const act = (connection: Connection, { type, data }: Incoming): void => {
    switch (type) {
      case "hello":
        connection.batch = data["batch"] === true;
        return;
      case "heartbeat": {
        const pong = { client_time: Number(data["client_time"]), server_time: now() };
        connection.write(encode([{ type: "pong", data: pong }], now()));
        return;
      }
    }
  };

  return {
    accept(request, socket, head) {
      server.handleUpgrade(request, socket, head, attach);
    },
    close() {
      for (const ws of server.clients) ws.terminate();
      server.close();
    },
  };
}

interface Incoming {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const NOT_A_MESSAGE: Fault = {
  message: "Expected a JSON object with a type, as text, not nested too deeply",
};

interface Fault {
  readonly message: string;
  readonly path?: string;
}

/** What is wrong with a message; `undefined` when it is one that this server acts on. */
function faultOf({ type, data }: Incoming): Fault | undefined {
  const schema = CAPABILITIES.includes(type) ? upSchemas.get(type) : undefined;
  if (schema === undefined) {
    return { message: `Understood are messages of type ${CAPABILITIES.join(", ")}`, path: "type" };
  }
  const issue = validate(schema, data, "data");
  if (issue === undefined) return undefined;
  const { path, expected, received } = issue;
  return { message: `${path}: expected ${expected}, received ${received}`, path };
}

/** `undefined` for what is no JSON object with a type, or is nested too deeply. */
function parse(text: string, maxDepth: number): Incoming | undefined {
  if (exceedsDepth(text, maxDepth)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (!("type" in value) || typeof value.type !== "string") return undefined;
  const data = "data" in value && typeof value.data === "object" ? value.data : null;
  return { type: value.type, data: { ...data } };
}

function textOf(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString();
  return Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data).toString();
}

function socketOf(ws: WebSocket): Socket {
  return {
    send: (frame) => ws.send(frame, { binary: false }),
    get buffered() {
      return ws.bufferedAmount;
    },
    close: (code, reason) => ws.close(code, reason),
    terminate: () => ws.terminate(),
  };
}
