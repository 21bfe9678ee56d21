import type { Frames } from "./frames.ts";
import type { Subscription } from "./subscription.ts";

/** One open stream as a transport offers it to the hub. */
export interface Socket {
  /** Hands frames over, in the form the transport and the client take. */
  write(frames: Frames): void;
  /** Bytes handed over that the peer's side has not taken yet. */
  readonly buffered: number;
  close(code: number, reason: string): void;
  /** Ends it at once: for a peer that reads nothing, a close would wait as well. */
  terminate(): void;
}

/** What the hub does for a connection that has caught up again. */
export type Resync = (missed: number) => Frames;

export interface ConnectionOptions {
  /** Bytes that may wait for a slow reader. */
  readonly maxQueueBytes: number;
  /** ms without progress after which a reader is taken for dead. */
  readonly stallTimeout: number;
}

/**
 * One listener and what it is owed. Its queue is the transport's own buffer: beyond the bound
 * nothing more is put there; what it misses is counted, and made good by the current state once
 * the buffer has drained.
 */
export class Connection {
  readonly socket: Socket;
  subscription: Subscription;
  readonly #options: ConnectionOptions;
  #missed = 0;
  #stalledSince: number | undefined;
  #leastBuffered = 0;

  constructor(socket: Socket, subscription: Subscription, options: ConnectionOptions) {
    this.socket = socket;
    this.subscription = subscription;
    this.#options = options;
  }

  get lagging(): boolean {
    return this.#missed > 0;
  }

  /** Sends frames of the channel, or counts them as missed while the reader is behind. */
  deliver(frames: Frames, now: number, resync: Resync): void {
    if (this.#missed > 0) {
      if (!this.recover(now, resync)) this.#missed += frames.count;
      return;
    }
    if (this.socket.buffered + frames.bytes > this.#options.maxQueueBytes) {
      this.#missed = frames.count;
      this.#stalledSince = now;
      this.#leastBuffered = this.socket.buffered;
      return;
    }
    this.write(frames);
  }

  /** Brings a reader that has drained its queue up to date; false while it is still behind. */
  recover(now: number, resync: Resync): boolean {
    const { buffered } = this.socket;
    if (buffered < this.#leastBuffered) {
      this.#leastBuffered = buffered;
      this.#stalledSince = now;
    }
    if (buffered > this.#options.maxQueueBytes / 4) return false;
    const missed = this.#missed;
    this.#missed = 0;
    this.#stalledSince = undefined;
    this.write(resync(missed));
    return true;
  }

  /** Whether it has been behind without any progress for too long. */
  isDead(now: number): boolean {
    return (
      this.#stalledSince !== undefined && now - this.#stalledSince >= this.#options.stallTimeout
    );
  }

  write(frames: Frames): void {
    if (frames.count > 0) this.socket.write(frames);
  }
}
