import { z } from "zod";
import { givenName } from "../given-name.ts";

/**
 * `ingest`: the doors in. `read`: what is shown, streamed and exported. `admin`: everything, in every
 * project.
 */
export const scopes = ["ingest", "read", "admin"] as const;

export type Scope = (typeof scopes)[number];

export const DEFAULT_PROJECT = "default";

/** Also the name of its folder. */
export const projectId: z.ZodString = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
  error: "expected lower-case letters, digits and hyphens, at most 40, such as team-a",
});

/** What people call a project or a key. */
export const accessName: z.ZodString = givenName(100);

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.int().nonnegative();

const project = z.object({ id: projectId, name: accessName, created_at: time });

const key = z.object({
  id: z.string().min(1),
  name: accessName,
  project: projectId,
  scope: z.enum(scopes),
  hash,
  created_at: time,
  expires_at: time.nullable(),
  last_used_at: time.nullable(),
});

const session = z.object({
  hash,
  /** Id of the key it was traded for: it ends with that. */
  key: z.string(),
  project: projectId,
  created_at: time,
  used_at: time,
});

export const bookSchema = z.object({
  version: z.literal(1),
  projects: z.array(project),
  keys: z.array(key),
  sessions: z.array(session),
});

/** Everything that is known of projects, keys and sessions. Times are Unix ms. */
export type Book = z.output<typeof bookSchema>;
export type ProjectRecord = z.output<typeof project>;
export type KeyRecord = z.output<typeof key>;
export type SessionRecord = z.output<typeof session>;

export function emptyBook(now: number): Book {
  const first = { id: DEFAULT_PROJECT, name: "Default", created_at: now };
  return { version: 1, projects: [first], keys: [], sessions: [] };
}

/** Most there may be of each. */
export const MOST_PROJECTS = 1000;
export const MOST_KEYS = 1000;
const MOST_SESSIONS = 1000;

export function isExpired({ expires_at }: Pick<KeyRecord, "expires_at">, now: number): boolean {
  return expires_at !== null && expires_at <= now;
}

/** The least recently used go when there are too many. */
export function withSession(book: Book, session: SessionRecord): Book {
  const others = [...book.sessions].sort((a, b) => b.used_at - a.used_at);
  return { ...book, sessions: [session, ...others.slice(0, MOST_SESSIONS - 1)] };
}

export function withoutKey(book: Book, id: string): Book {
  return {
    ...book,
    keys: book.keys.filter((one) => one.id !== id),
    sessions: book.sessions.filter((one) => one.key !== id),
  };
}

/**
 * A project goes with its keys. Keys of scope `admin` are not its own: they are good everywhere and
 * stay, as do their sessions, in the project that is always there.
 */
export function withoutProject(book: Book, id: string): Book {
  const moved = <T extends { readonly project: string }>(one: T): T =>
    one.project === id ? { ...one, project: DEFAULT_PROJECT } : one;
  const keys = book.keys.filter((one) => one.project !== id || one.scope === "admin").map(moved);
  const left = new Set(keys.map((one) => one.id));
  return {
    ...book,
    projects: book.projects.filter((one) => one.id !== id),
    keys,
    sessions: book.sessions.filter((one) => left.has(one.key)).map(moved),
  };
}

/** An id made of a name, which no project has yet. */
export function freeId(book: Book, name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 32)
    .replace(/-+$/, "");
  const base = plain || "project";
  const taken = new Set(book.projects.map((one) => one.id));
  let id = base;
  for (let count = 2; taken.has(id); count++) id = `${base}-${count}`;
  return id;
}
