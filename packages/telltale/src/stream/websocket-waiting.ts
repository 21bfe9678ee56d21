import { accepts, auth, CloseCode, type Init, PROTOCOL_VERSION } from "@telltale/protocol";
import type { RawData, WebSocket } from "ws";
import { exceedsDepth } from "../access/limits.ts";
import { Frames } from "./frames.ts";

/** How long a connection may take to say who it is, ms. */
const PATIENCE = 10_000;
/** Messages of other types that it may send before. */
const MOST_OTHERS = 20;
/** Names no life of a server: a position in it is none. */
const EPOCH = "unidentified";

/** Who is not let in is told why by a close code. */
export interface Denied {
  readonly code: number;
  readonly reason: string;
}

/** What a token is good for. */
export type Decide<T> = (token: string, since: string | undefined) => Promise<T | Denied>;

export interface WaitingOptions {
  readonly now: () => number;
  readonly version: string;
  /** Where the client wants to go on from. */
  readonly since: string | undefined;
  readonly maxJsonDepth: number;
}

/**
 * Asks for a token with an `init` that holds no data, and waits for it. The first one decides;
 * messages of other types are left out.
 *
 * @returns what `decide` gave; undefined when the connection was closed
 */
export async function waitForToken<T extends object>(
  ws: WebSocket,
  { now, version, since: asked, maxJsonDepth }: WaitingOptions,
  decide: Decide<T>,
): Promise<T | undefined> {
  const since = asked?.startsWith(`${EPOCH}:`) ? undefined : asked;
  const data: Init = {
    protocol: PROTOCOL_VERSION,
    server: { name: "telltale", version },
    epoch: EPOCH,
    // Whoever had something keeps it until the state comes.
    position: since ?? `${EPOCH}:0`,
    resumed: true,
    heartbeat_interval_ms: PATIENCE,
    capabilities: ["auth"],
  };
  for (const frame of new Frames([{ type: "init", data }], { timestamp: now() }).single()) {
    ws.send(frame, { binary: false });
  }
  const token = await tokenFrom(ws, maxJsonDepth);
  if (token === undefined) {
    ws.close(CloseCode.TOKEN_MISSING, "no token came");
    return undefined;
  }
  const decided = await decide(token, since).catch(
    (): Denied => ({ code: CloseCode.TRY_AGAIN_LATER, reason: "try again later" }),
  );
  if (!isDenied(decided)) return decided;
  ws.close(decided.code, decided.reason);
  return undefined;
}

function isDenied(decided: object): decided is Denied {
  return "code" in decided && "reason" in decided;
}

/** The token of the first `auth` message; undefined when none came in time. */
function tokenFrom(ws: WebSocket, maxJsonDepth: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const end = (token: string | undefined): void => {
      clearTimeout(timer);
      ws.off("message", heard);
      ws.off("close", closed);
      resolve(token);
    };
    const closed = (): void => end(undefined);
    let others = 0;
    const heard = (data: RawData, isBinary: boolean): void => {
      const token = isBinary ? undefined : tokenIn(textOf(data), maxJsonDepth);
      if (token !== undefined || ++others > MOST_OTHERS) end(token);
    };
    const timer = setTimeout(closed, PATIENCE);
    ws.on("message", heard);
    ws.on("close", closed);
    // ws has answered with the right close code already; "close" follows.
    ws.on("error", () => undefined);
  });
}

function tokenIn(text: string, maxJsonDepth: number): string | undefined {
  if (exceedsDepth(text, maxJsonDepth)) return undefined;
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== "object" || message === null || !("type" in message)) return undefined;
    if (message.type !== "auth" || !("data" in message)) return undefined;
    return accepts(auth, message.data) ? message.data.token : undefined;
  } catch {
    return undefined;
  }
}

export function textOf(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString();
  return Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data).toString();
}
