import { randomUUID } from "node:crypto";
import {
  type Book,
  DEFAULT_PROJECT,
  isExpired,
  type KeyRecord,
  type ProjectRecord,
  type Scope,
  type SessionRecord,
  withSession,
} from "./book.ts";
import type { Caller, Identified, Refusal } from "./caller.ts";
import type { AccessFile } from "./file.ts";
import { type Equal, hashOf, isKeyLike, newSecret, withHash } from "./secret.ts";
import { isTicketLike, Tickets } from "./tickets.ts";

/** How long a session lasts after it was last used, ms. */
export const SESSION_LIFETIME = 30 * 86_400_000;
/** The last use of a key is written down at most so often, ms. */
const USE_STEP = 60_000;

/** What a request shows of itself. */
export interface Presented {
  readonly key: string | null;
  readonly session: string | null;
  readonly ticket: string | null;
}

export interface AccessOptions {
  readonly file: AccessFile;
  /** Whether callers have to show a key. */
  readonly required: boolean;
  readonly now: () => number;
  readonly equal?: Equal;
}

export interface NewKey {
  readonly name: string;
  readonly project: string;
  readonly scope: Scope;
  /** Unix ms; null: never. */
  readonly expiresAt: number | null;
}

/** Keys, sessions and tickets: who somebody is. */
export class Access {
  readonly required: boolean;
  readonly file: AccessFile;
  readonly tickets: Tickets;
  readonly #now: () => number;
  readonly #equal: Equal | undefined;
  /** Keys of this process, for itself; never on disk. */
  readonly #lent: KeyRecord[] = [];
  readonly #usedKeys = new Map<string, number>();
  readonly #usedSessions = new Map<string, number>();

  constructor({ file, required, now, equal }: AccessOptions) {
    this.file = file;
    this.required = required;
    this.tickets = new Tickets(now);
    this.#now = now;
    this.#equal = equal;
  }

  get projects(): readonly ProjectRecord[] {
    return this.file.value.projects;
  }

  project(id: string): ProjectRecord | undefined {
    return this.projects.find((one) => one.id === id);
  }

  /** As they are, last use included. */
  get keys(): readonly KeyRecord[] {
    return this.file.value.keys.map((key) => ({ ...key, last_used_at: this.#lastUse(key) }));
  }

  /** Who it is. On a server that asks for no key, whoever shows none may do everything. */
  identify({ key, session, ticket }: Presented): Identified {
    // Where no key is asked for, a login of something else is none of ours to judge.
    if (key !== null && (this.required || isKeyLike(key) || isTicketLike(key))) {
      return isTicketLike(key) ? this.#byTicket(key) : this.#byKey(key);
    }
    if (ticket !== null) return this.#byTicket(ticket);
    if (session !== null && this.required) return this.#bySession(session);
    if (!this.required) return { caller: open };
    return refused(
      "key_required",
      "Send a key as `Authorization: Bearer tt_…` or in the header X-Telltale-Key, or sign in on the page",
    );
  }

  /** Why somebody who was let in no longer is; null while they are. */
  ended({ by, key, session, project }: Caller): "expired" | "revoked" | null {
    if (this.project(project) === undefined) return "revoked";
    if (by === "open" || key === null) return null;
    const record = this.#key(key.id);
    if (record === undefined) return "revoked";
    const now = this.#now();
    if (isExpired(record, now)) return "expired";
    if (session === null) return null;
    const held = this.file.value.sessions.find(({ hash }) => hash === session);
    if (held === undefined) return "revoked";
    return this.#isOver(held) ? "expired" : null;
  }

  /** They are still there. */
  touch({ key, session }: Caller): void {
    const now = this.#now();
    if (key !== null) this.#usedKeys.set(key.id, now);
    if (session !== null) this.#usedSessions.set(session, now);
  }

  /** @returns the secret, which nobody can tell again */
  async createKey({
    name,
    project,
    scope,
    expiresAt,
  }: NewKey): Promise<{ key: KeyRecord; secret: string }> {
    const secret = newSecret();
    const key = recordOf({ name, project, scope, expiresAt }, secret, this.#now());
    await this.file.update((book) => ({ ...book, keys: [...book.keys, key] }));
    return { key, secret };
  }

  /** A key for this process itself, as long as it runs. */
  lend(scope: Scope, name: string): string {
    const secret = newSecret();
    const asked = { name, scope, project: DEFAULT_PROJECT, expiresAt: null };
    this.#lent.push(recordOf(asked, secret, this.#now()));
    return secret;
  }

  /** Where nobody could do anything: the first key. Undefined when there is one. */
  async firstKey(): Promise<string | undefined> {
    const now = this.#now();
    const able = this.file.value.keys.some((key) => key.scope === "admin" && !isExpired(key, now));
    if (able) return undefined;
    const asked = { name: "First key", project: DEFAULT_PROJECT, scope: "admin" } as const;
    return (await this.createKey({ ...asked, expiresAt: null })).secret;
  }

  /** Trades a key for a session; the secret goes into a cookie. */
  async signIn(
    key: NonNullable<Caller["key"]>,
    project: string,
  ): Promise<{ secret: string; caller: Caller }> {
    const secret = newSecret("tts_");
    const now = this.#now();
    const session: SessionRecord = {
      hash: hashOf(secret),
      key: key.id,
      project,
      created_at: now,
      used_at: now,
    };
    await this.file.update((book) => {
      const alive = book.sessions.filter((one) => !this.#isOver(one));
      return withSession({ ...book, sessions: alive }, session);
    });
    const { caller, refusal } = this.#bySession(secret);
    if (caller === undefined) throw new Error(refusal.detail);
    return { secret, caller };
  }

  async signOut(session: string): Promise<void> {
    await this.file.update((book) => ({
      ...book,
      sessions: book.sessions.filter(({ hash }) => hash !== session),
    }));
  }

  /** Shows another project from now on. */
  async switchTo(session: string, project: string): Promise<void> {
    await this.file.update((book) => ({
      ...book,
      sessions: book.sessions.map((one) => (one.hash === session ? { ...one, project } : one)),
    }));
  }

  /** Writes down what was used when, if that has changed by much. */
  async flush(): Promise<void> {
    const due = (last: number | null, used: number | undefined): used is number =>
      used !== undefined && used - (last ?? 0) >= USE_STEP;
    const { keys, sessions } = this.file.value;
    const anything =
      keys.some(({ id, last_used_at }) => due(last_used_at, this.#usedKeys.get(id))) ||
      sessions.some(({ hash, used_at }) => due(used_at, this.#usedSessions.get(hash)));
    if (!anything) return;
    await this.file.update((book: Book) => ({
      ...book,
      keys: book.keys.map((key) => ({ ...key, last_used_at: this.#lastUse(key) })),
      sessions: book.sessions.map((one) => ({ ...one, used_at: this.#lastUseOf(one) })),
    }));
    for (const id of this.#usedKeys.keys()) if (!this.#key(id)) this.#usedKeys.delete(id);
    const held = new Set(this.file.value.sessions.map(({ hash }) => hash));
    for (const hash of this.#usedSessions.keys()) {
      if (!held.has(hash)) this.#usedSessions.delete(hash);
    }
  }

  #byKey(given: string): Identified {
    const known = [...this.file.value.keys, ...this.#lent];
    const record = withHash(known, hashOf(given), this.#equal);
    if (record === undefined) {
      return refused(
        "invalid_key",
        "No key of this server is the one that was sent; it may have been revoked",
      );
    }
    if (isExpired(record, this.#now())) return refused("key_expired", EXPIRED);
    const { id, name, scope, project } = record;
    const caller: Caller = { scope, project, by: "key", key: { id, name }, session: null };
    this.touch(caller);
    return { caller };
  }

  #bySession(secret: string): Identified {
    const session = withHash(this.file.value.sessions, hashOf(secret), this.#equal);
    const record = session && this.#key(session.key);
    if (session === undefined || record === undefined || this.#isOver(session)) {
      return refused("key_required", "The session has ended; sign in again");
    }
    if (isExpired(record, this.#now())) return refused("key_expired", EXPIRED);
    const { id, name, scope } = record;
    // A project that was removed leaves the session of an admin without one.
    const project = this.project(session.project) ? session.project : DEFAULT_PROJECT;
    const caller: Caller = {
      scope,
      project,
      by: "session",
      key: { id, name },
      session: session.hash,
    };
    this.touch(caller);
    return { caller };
  }

  #byTicket(ticket: string): Identified {
    const caller = this.tickets.redeem(ticket);
    if (caller === undefined || this.ended(caller) !== null) {
      return refused(
        "invalid_key",
        "A ticket is good for one stream, within 30 seconds; get another one",
      );
    }
    return { caller };
  }

  #key(id: string): KeyRecord | undefined {
    return [...this.file.value.keys, ...this.#lent].find((key) => key.id === id);
  }

  #isOver(session: SessionRecord): boolean {
    return this.#now() - this.#lastUseOf(session) >= SESSION_LIFETIME;
  }

  #lastUse({ id, last_used_at }: KeyRecord): number | null {
    const used = this.#usedKeys.get(id);
    return used === undefined ? last_used_at : Math.max(used, last_used_at ?? 0);
  }

  #lastUseOf({ hash, used_at }: SessionRecord): number {
    return Math.max(used_at, this.#usedSessions.get(hash) ?? 0);
  }
}

const EXPIRED = "The key has expired; ask an administrator for a new one";

const open: Caller = {
  scope: "admin",
  project: DEFAULT_PROJECT,
  by: "open",
  key: null,
  session: null,
};

function refused(code: Refusal["code"], detail: string): Identified {
  return { refusal: { code, detail } };
}

/** What is kept of a key: everything but the key. */
export function recordOf(
  { name, project, scope, expiresAt }: NewKey,
  secret: string,
  now: number,
): KeyRecord {
  return {
    id: randomUUID().slice(0, 8),
    name,
    project,
    scope,
    hash: hashOf(secret),
    created_at: now,
    expires_at: expiresAt,
    last_used_at: null,
  };
}
