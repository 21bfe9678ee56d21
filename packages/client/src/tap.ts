import type { Env } from "./env.ts";
import type { Reporter } from "./reporter.ts";
import type { TransportName } from "./transport/transport.ts";

/** One frame as it travelled. */
export interface RawFrame {
  /** Seen from this side. */
  readonly direction: "in" | "out";
  /** As it came; `(binary)` for a frame that is no text. A token that was sent is left out. */
  readonly text: string;
  /** UTF-8 bytes that travelled, without what the transport adds. */
  readonly bytes: number;
  /** Unix ms of this machine. */
  readonly at: number;
  readonly transport: TransportName;
}

/** What may be shown of a frame; tokens are nobody's business. What this package writes begins so. */
function withoutToken(text: string): string {
  if (!text.startsWith('{"type":"auth",')) return text;
  return JSON.stringify({ ...JSON.parse(text), data: "(a token)" });
}

/** Tells of frames, to whoever listens and to the debug log; costs nothing while nobody does. */
export class Tap {
  readonly #env: Env;
  readonly #reporter: Reporter;
  readonly #listeners: ReadonlySet<(frame: RawFrame) => void>;

  constructor(env: Env, reporter: Reporter, listeners: ReadonlySet<(frame: RawFrame) => void>) {
    this.#env = env;
    this.#reporter = reporter;
    this.#listeners = listeners;
  }

  tell(
    direction: RawFrame["direction"],
    content: unknown,
    bytes: number,
    transport: TransportName,
  ): void {
    if (this.#listeners.size === 0 && !this.#reporter.debugging()) return;
    const text = typeof content === "string" ? withoutToken(content) : "(binary)";
    this.#reporter.debug(direction === "in" ? "received" : "sent", text);
    const frame = { direction, text, bytes, at: this.#env.now(), transport };
    for (const listener of [...this.#listeners]) {
      this.#reporter.guard("frames", () => listener(frame));
    }
  }
}
