import type { Scope } from "./book.ts";

/** Who makes a request, and what that lets them do. */
export interface Caller {
  readonly scope: Scope;
  /** The project whose data they get. */
  readonly project: string;
  /** `open`: nobody was asked. */
  readonly by: "open" | "key" | "session" | "ticket";
  readonly key: { readonly id: string; readonly name: string } | null;
  /** Hash of the session, when it came by one. */
  readonly session: string | null;
}

/** Whether a scope includes another. */
export function includes(scope: Scope, wanted: Scope): boolean {
  return scope === "admin" || scope === wanted;
}

/** Why somebody is not let in. */
export interface Refusal {
  readonly code: "key_required" | "invalid_key" | "key_expired";
  readonly detail: string;
}

export type Identified =
  | { readonly caller: Caller; readonly refusal?: undefined }
  | { readonly caller?: undefined; readonly refusal: Refusal };
