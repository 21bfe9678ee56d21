import { get } from "./rest.ts";
import { send } from "./send.ts";
import type { Scope } from "./session.ts";

/** Times in Unix ms. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly created_at: number;
}

export interface Key {
  readonly id: string;
  readonly name: string;
  /** Id of its project. */
  readonly project: string;
  readonly scope: Scope;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly last_used_at: number | null;
}

export interface NewKey {
  readonly name: string;
  readonly project: string;
  readonly scope: Scope;
  readonly expires_at?: number;
}

export async function fetchProjects(signal: AbortSignal): Promise<readonly Project[]> {
  return ((await get("/api/v1/projects", signal)) as { projects: Project[] }).projects;
}

export async function addProject(name: string): Promise<void> {
  await send("POST", "/api/v1/projects", { name });
}

export async function renameProject(id: string, name: string): Promise<void> {
  await send("PATCH", `/api/v1/projects/${encodeURIComponent(id)}`, { name });
}

export async function removeProject(id: string): Promise<void> {
  await send("DELETE", `/api/v1/projects/${encodeURIComponent(id)}`);
}

export async function fetchKeys(signal: AbortSignal): Promise<readonly Key[]> {
  return ((await get("/api/v1/keys", signal)) as { keys: Key[] }).keys;
}

/** Resolves with the key itself, which the server tells this once. */
export async function addKey(key: NewKey): Promise<string> {
  return ((await send("POST", "/api/v1/keys", key)) as { secret: string }).secret;
}

export async function revokeKey(id: string): Promise<void> {
  await send("DELETE", `/api/v1/keys/${encodeURIComponent(id)}`);
}
