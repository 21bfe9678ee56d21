import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { inScheme } from "../stream-address.ts";
import type { Target } from "./target.ts";

/** How an upgrade was answered. */
export type Opening =
  | {
      readonly kind: "open";
      readonly took: number;
      /** Unix ms */
      readonly at: number;
      /** `Sec-WebSocket-Extensions` as negotiated; empty for none. */
      readonly extensions: string;
    }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly location: string | undefined;
      readonly body: string;
    }
  | { readonly kind: "failed"; readonly error: Error };

export interface Frame {
  /** Null when it was binary. */
  readonly text: string | null;
  /** Unix ms */
  readonly at: number;
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** One connection under examination. It never sends a message. */
export interface Examined {
  readonly opening: Opening;
  /** What came so far, the first {@link mostFrames}. */
  readonly frames: readonly Frame[];
  /** Set once the server ended the connection. */
  readonly closing: Closing | undefined;
  /** Resolves with the first frame, the end, or after `ms`. */
  settled(ms: number): Promise<void>;
  /** Resolves with the end, or after `ms`. */
  listen(ms: number): Promise<void>;
  close(): Promise<void>;
}

export const mostFrames = 20_000;
const mostBody = 2_000;
const maxPayload = 64 * 1024 * 1024;
const farewell = 500;

/** Opens the stream as a WebSocket and records what comes. */
export function openStream({ url, origin, headers, verify, patience }: Target): Promise<Examined> {
  const started = performance.now();
  const socket = new WebSocket(inScheme(url, "ws"), {
    ...(origin !== undefined && { origin }),
    ...(headers && { headers }),
    rejectUnauthorized: verify,
    handshakeTimeout: patience.answer,
    maxPayload,
  });
  const frames: Frame[] = [];
  let closing: Closing | undefined;
  const heard = { first: () => {}, end: () => {} };
  const first = new Promise<void>((resolve) => {
    heard.first = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    heard.end = resolve;
  });

  socket.on("message", (data, isBinary) => {
    if (frames.length < mostFrames) {
      frames.push({ text: isBinary ? null : String(data), at: Date.now() });
    }
    heard.first();
  });
  socket.on("close", (code, reason) => {
    closing = { code, reason: reason.toString() };
    heard.end();
  });

  const examined = (opening: Opening): Examined => ({
    opening,
    frames,
    get closing() {
      return closing;
    },
    settled: (ms) => within(ms, [first, ended]),
    listen: (ms) => within(ms, [ended]),
    close: async () => {
      if (opening.kind === "open") {
        socket.close(1000);
        await within(farewell, [ended]);
      }
      socket.terminate();
    },
  });

  return new Promise((resolve) => {
    let refused = false;
    socket.once("open", () => {
      const took = performance.now() - started;
      resolve(examined({ kind: "open", took, at: Date.now(), extensions: socket.extensions }));
    });
    socket.on("unexpected-response", (request, response) => {
      refused = true;
      void bodyOf(response, patience.connect).then((body) => {
        request.destroy();
        const { statusCode: status = 0, headers } = response;
        resolve(examined({ kind: "refused", status, location: headers.location, body }));
      });
    });
    socket.on("error", (error) => {
      if (!refused) resolve(examined({ kind: "failed", error }));
    });
  });
}

/** The beginning of a body, as much of it as comes in time. */
async function bodyOf(response: IncomingMessage, ms: number): Promise<string> {
  let text = "";
  const complete = new Promise<void>((resolve) => {
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text += chunk;
      if (text.length > mostBody) resolve();
    });
    response.on("error", () => resolve());
    response.on("close", () => resolve());
  });
  await within(ms, [complete]);
  return text.slice(0, mostBody);
}

/** Resolves with the first of `events`, or after `ms`. */
async function within(ms: number, events: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([...events, late]);
  clearTimeout(timer);
}
