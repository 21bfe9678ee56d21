import type { Caller } from "./caller.ts";
import { hashOf, newSecret } from "./secret.ts";

/** ms */
const LIFETIME = 30_000;
const MOST = 10_000;
const PREFIX = "ticket_";

interface Issued {
  readonly caller: Caller;
  readonly expiresAt: number;
}

/** Tickets for one stream each, for pages that may not have a key. In memory only. */
export class Tickets {
  readonly #now: () => number;
  /** By hash: nothing that would let anybody in is kept. */
  readonly #issued = new Map<string, Issued>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#issued.size;
  }

  issue(caller: Caller): { ticket: string; expires_at: number } {
    const now = this.#now();
    for (const [hash, { expiresAt }] of this.#issued) {
      if (expiresAt > now && this.#issued.size < MOST) break;
      this.#issued.delete(hash);
    }
    const ticket = newSecret(PREFIX);
    const expiresAt = now + LIFETIME;
    const reading = { ...caller, scope: "read", by: "ticket" } as const;
    this.#issued.set(hashOf(ticket), { caller: reading, expiresAt });
    return { ticket, expires_at: expiresAt };
  }

  /** Who it was issued to; once. */
  redeem(ticket: string): Caller | undefined {
    const hash = hashOf(ticket);
    const issued = this.#issued.get(hash);
    this.#issued.delete(hash);
    return issued !== undefined && issued.expiresAt > this.#now() ? issued.caller : undefined;
  }
}

export function isTicketLike(text: string): boolean {
  return text.startsWith(PREFIX);
}
