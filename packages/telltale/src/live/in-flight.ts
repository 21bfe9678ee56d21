import type { RequestEvent } from "../event.ts";

interface Running {
  event: RequestEvent;
  seenAt: number;
}

/** Requests that have begun and not ended. One that nobody speaks of for long is let go. */
export class InFlight {
  readonly #running = new Map<string, Running>();
  readonly #patience: number;

  /** @param patience ms without a word after which a request is taken for lost */
  constructor(patience: number) {
    this.#patience = patience;
  }

  get size(): number {
    return this.#running.size;
  }

  /** True when the request is new here. */
  set(event: RequestEvent, now: number): boolean {
    const known = this.#running.get(event.id);
    if (known === undefined) {
      this.#running.set(event.id, { event, seenAt: now });
      return true;
    }
    known.event = event;
    known.seenAt = now;
    return false;
  }

  delete(id: string): RequestEvent | undefined {
    if (this.#running.size === 0) return undefined;
    const known = this.#running.get(id);
    this.#running.delete(id);
    return known?.event;
  }

  /** Lets go of the lost and returns them. */
  expire(now: number): RequestEvent[] {
    const lost: RequestEvent[] = [];
    for (const [id, running] of this.#running) {
      if (now - running.seenAt < this.#patience) continue;
      this.#running.delete(id);
      lost.push(running.event);
    }
    return lost;
  }

  *events(): Generator<RequestEvent> {
    for (const { event } of this.#running.values()) yield event;
  }
}
