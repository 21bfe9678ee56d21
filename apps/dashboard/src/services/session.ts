import { useSyncExternalStore } from "react";
import { get, RestError } from "./rest.ts";
import { onRefused } from "./rest-health.ts";
import { send } from "./send.ts";

export type Scope = "read" | "admin" | "ingest";

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Who the server takes this browser for. */
export interface Session {
  readonly auth: "off" | "required";
  /** Null for who has to sign in, and on a server of before keys. */
  readonly caller: {
    readonly scope: Scope;
    readonly project: Named;
    readonly key: Named | null;
  } | null;
  /** Those that can be shown. */
  readonly projects: readonly Named[];
}

/**
 * *asking* before the first answer, *in* for whoever may see the page, *out* for who has to sign in;
 * `ended` says that a session was, and is no more. `before` is a server that knows no keys.
 */
export type SessionState =
  | { readonly name: "asking" }
  | { readonly name: "in"; readonly session: Session; readonly before: boolean }
  | { readonly name: "out"; readonly ended: boolean };

const PATH = "/api/v1/session";
const BEFORE_KEYS: Session = { auth: "off", caller: null, projects: [] };

let state: SessionState = { name: "asking" };
let asking: Promise<void> | undefined;
const listeners = new Set<() => void>();

function change(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

function take(session: Session): void {
  if (session.auth === "off" || session.caller) change({ name: "in", session, before: false });
  else if (state.name !== "out") change({ name: "out", ended: state.name === "in" });
}

async function ask(): Promise<void> {
  try {
    take((await get(PATH)) as Session);
  } catch (error) {
    const status = error instanceof RestError ? error.status : 0;
    // A server of before keys asks nobody for one. One that is silent is waited for, as before.
    if (status === 404) change({ name: "in", session: BEFORE_KEYS, before: true });
  }
}

/** Asks the server who this browser is; several who ask at once share the answer. */
export function askSession(): Promise<void> {
  asking ??= ask().finally(() => {
    asking = undefined;
  });
  return asking;
}

/** Somebody was refused, or the stream ended: is there a session still? */
export function checkSession(): void {
  if (state.name === "in" && state.session.auth === "required") void askSession();
  if (state.name === "asking") void askSession();
}

onRefused(checkSession);

/** From the beginning, at the same address: nothing that was shown to somebody else stays. */
export const page = { startOver: (): void => location.reload() };

/** @throws {RestError} in the words of the server. */
export async function signIn(key: string): Promise<void> {
  await send("POST", PATH, { key });
  page.startOver();
}

export async function signOut(): Promise<void> {
  await send("DELETE", PATH);
  page.startOver();
}

/** Shows another project from now on. @throws {RestError} */
export async function showProject(id: string): Promise<void> {
  await send("PATCH", PATH, { project: id });
  page.startOver();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSessionState(): SessionState {
  return useSyncExternalStore(subscribe, () => state);
}

/** Null before it is known. */
export function useSession(): Session | null {
  const now = useSessionState();
  return now.name === "in" ? now.session : null;
}

/** Whether rules, silences and settings of the server can be changed, and if not why. */
export function useMayChange(): { readonly may: boolean; readonly reason: string | undefined } {
  const caller = useSession()?.caller;
  const may = !caller || caller.scope === "admin";
  return { may, reason: may ? undefined : "This needs an admin key" };
}
