import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { CloseCode } from "@telltale/protocol";
import { type WebSocket, WebSocketServer } from "ws";
import type { Limits } from "../access/limits.ts";
import type { Pass } from "../access/passes.ts";
import type { Connection, Socket } from "./connection.ts";
import { Frames, type Outgoing } from "./frames.ts";
import type { StreamRequest } from "./request.ts";
import type { Source } from "./source.ts";
import { subscriptionOf, withoutSubscription } from "./subscription.ts";
import { type Fault, readUp, type UpMessage } from "./up.ts";
import { type Decide, textOf, waitForToken } from "./websocket-waiting.ts";

const RATE_WINDOW = 10_000;
/** Time that a peer has to say goodbye too once it was told to go, ms. */
const FAREWELL = 500;
/** Connections that may be waiting for a token at once. */
const MOST_WAITING = 1000;

export interface WebSocketOptions {
  readonly limits: Limits;
  readonly now: () => number;
  readonly version: string;
}

/** What a connection gets, and under which permission. */
export interface Admitted {
  readonly stream: StreamRequest;
  readonly source: Source;
  readonly pass: Pass;
}

export interface WebSocketDoor {
  /** Completes an upgrade that has been judged already. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, admitted: Admitted): void;
  /**
   * Completes the upgrade of one who has yet to say who it is, and gets nothing before.
   *
   * @returns false when too many are waiting already
   */
  receive(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    since: string | undefined,
    decide: Decide<Admitted>,
  ): boolean;
  /** Ends every connection that is still open. */
  close(): void;
}

/** A WebSocket as the hub sees it; `batch` once the client takes several envelopes in one frame. */
interface Peer extends Socket {
  batch: boolean;
}

/** The stream over WebSocket (RFC 6455): the hub's frames out, a few small messages in. */
export function createWebSocketDoor({ limits, now, version }: WebSocketOptions): WebSocketDoor {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxPayload,
    maxFragments: limits.maxFragments,
    perMessageDeflate: false,
    clientTracking: true,
  });

  let waiting = 0;

  const attach = (ws: WebSocket, { stream, source, pass }: Admitted): void => {
    const { hub } = source;
    const peer = peerOf(ws);
    const over = pass.watch((code, reason) => {
      ws.close(code, reason);
      setTimeout(() => ws.terminate(), FAREWELL).unref();
    });
    const connection = hub.join(peer, stream.subscription, stream.since);
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
      receive(source, connection, peer, isBinary ? undefined : textOf(data));
    });
    ws.on("close", () => {
      over();
      hub.leave(connection);
      source.release?.();
    });
    // ws has answered with the right close code already (1009, 1008, 1007, 1002); "close" follows.
    ws.on("error", () => undefined);
  };

  const receive = (
    source: Source,
    connection: Connection,
    peer: Peer,
    text: string | undefined,
  ): void => {
    const message = readUp(text, limits.maxJsonDepth, source.capabilities);
    const answer = "fault" in message ? noticeOf(message) : act(source, connection, peer, message);
    if (answer) connection.write(new Frames([answer], { timestamp: now() }));
  };

  /** Does what a message asks for; what it returns is the answer. */
  const act = (
    source: Source,
    connection: Connection,
    peer: Peer,
    message: UpMessage,
  ): Outgoing | undefined => {
    const { hub } = source;
    const { subscription } = connection;
    switch (message.type) {
      case "hello":
        peer.batch = message.data.batch ?? false;
        if (message.data.resume) hub.resume(connection, message.data.resume.position);
        break;
      case "subscribe":
        hub.subscribe(connection, subscriptionOf(message.data, subscription));
        break;
      case "unsubscribe":
        hub.subscribe(connection, withoutSubscription(message.data, subscription));
        break;
      case "heartbeat": {
        const data = { client_time: message.data.client_time, server_time: now() };
        return { type: "pong", data };
      }
      default: {
        const fault = source.heed?.(message);
        return fault && noticeOf(fault);
      }
    }
    return undefined;
  };

  return {
    accept(request, socket, head, admitted) {
      // A peer that has hung up meanwhile is never handed over.
      if (socket.destroyed) admitted.source.release?.();
      else server.handleUpgrade(request, socket, head, (ws) => attach(ws, admitted));
    },
    receive(request, socket, head, since, decide) {
      if (waiting >= MOST_WAITING) return false;
      if (socket.destroyed) return true;
      waiting++;
      server.handleUpgrade(request, socket, head, (ws) => {
        void waitForToken(ws, { now, version, since, maxJsonDepth: limits.maxJsonDepth }, decide)
          .then((admitted) => {
            if (admitted === undefined) return;
            if (ws.readyState === ws.OPEN) attach(ws, admitted);
            else admitted.source.release?.();
          })
          .finally(() => {
            waiting--;
          });
      });
      return true;
    },
    close() {
      for (const ws of server.clients) ws.terminate();
      server.close();
    },
  };
}

function noticeOf({ fault, path }: Fault): Outgoing {
  const data = { code: "bad_message", message: fault, ...(path !== undefined && { path }) };
  return { type: "notice", data };
}

function peerOf(ws: WebSocket): Peer {
  return {
    batch: false,
    write(frames) {
      if (this.batch && frames.count > 1) {
        ws.send(frames.array(), { binary: false });
        return;
      }
      for (const frame of frames.single()) ws.send(frame, { binary: false });
    },
    get buffered() {
      return ws.bufferedAmount;
    },
    close: (code, reason) => ws.close(code, reason),
    terminate: () => ws.terminate(),
  };
}
