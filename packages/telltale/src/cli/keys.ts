import { join } from "node:path";
import { Access } from "../access/access.ts";
import { type Scope, scopes, withoutKey } from "../access/book.ts";
import { AccessFile } from "../access/file.ts";
import { isKeyRequired } from "../config.ts";
import { loadConfig, UsageError } from "./options.ts";
import { printable } from "./printable.ts";

interface FolderFlags {
  readonly dataDir?: string;
  readonly config?: string;
}

export interface CreateFlags extends FolderFlags {
  readonly name: string;
  readonly scope: string;
  readonly project: string;
  readonly expires?: string;
}

export interface ListFlags extends FolderFlags {
  readonly json?: boolean;
}

/** Makes a key and prints it: alone on standard output, so that scripts can take it from there. */
export async function createKey(flags: CreateFlags): Promise<void> {
  const access = await accessOf(flags);
  const scope = scopes.find((one) => one === flags.scope);
  if (scope === undefined) {
    throw new UsageError(`--scope ${flags.scope}: expected ${scopes.join(", ")}`);
  }
  if (access.project(flags.project) === undefined) {
    const known = access.projects.map(({ id }) => id).join(", ");
    throw new UsageError(`--project ${flags.project}: there are ${known}`);
  }
  const name = flags.name.trim();
  if (name === "" || name.length > 100) {
    throw new UsageError("--name: expected a name of at most 100 characters");
  }
  const { key, secret } = await access.createKey({
    name,
    project: flags.project,
    scope,
    expiresAt: expiryOf(flags.expires, Date.now()),
  });
  process.stderr.write(`Key ${key.id}, ${reachOf(scope, key.project)}; it is not shown again:\n`);
  process.stdout.write(`${secret}\n`);
}

export async function listKeys(flags: ListFlags): Promise<void> {
  const { keys } = await accessOf(flags);
  if (flags.json) {
    const shown = keys.map(({ hash: _, ...key }) => key);
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return;
  }
  const head = ["id", "scope", "project", "expires", "last used", "name"];
  const rows = keys.map((key) => [
    key.id,
    key.scope,
    key.scope === "admin" ? "all" : key.project,
    dateOf(key.expires_at, "never"),
    dateOf(key.last_used_at, "never"),
    printable(key.name),
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [head, ...rows]) {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
    process.stdout.write(`${line.trimEnd()}\n`);
  }
}

export async function revokeKey(id: string, flags: FolderFlags): Promise<void> {
  const access = await accessOf(flags);
  if (!access.keys.some((key) => key.id === id)) {
    throw new UsageError(`No key has the id ${id}; telltale keys list shows them`);
  }
  await access.file.update((book) => withoutKey(book, id));
  process.stdout.write(`Key ${id} is revoked\n`);
}

async function accessOf({ dataDir, config: file }: FolderFlags): Promise<Access> {
  const config = await loadConfig({
    flags: { dataDir },
    env: process.env,
    cwd: process.cwd(),
    file,
  });
  return new Access({
    file: await AccessFile.open({ path: join(config.dataDir, "access.json"), now: Date.now }),
    required: isKeyRequired(config),
    now: Date.now,
  });
}

function reachOf(scope: Scope, project: string): string {
  return scope === "admin" ? "admin of every project" : `${scope} of project ${project}`;
}

function expiryOf(text: string | undefined, now: number): number | null {
  if (text === undefined) return null;
  const [, count = "", unit = ""] = /^(\d{1,5})([dh])$/.exec(text) ?? [];
  const time =
    unit === "" ? Date.parse(text) : now + Number(count) * (unit === "d" ? 86_400_000 : 3_600_000);
  if (Number.isFinite(time) && time > now) return time;
  throw new UsageError(
    `--expires ${text}: expected a time to come, such as 2027-01-31T00:00:00Z, or 90d`,
  );
}

function dateOf(time: number | null, otherwise: string): string {
  return time === null ? otherwise : new Date(time).toISOString().slice(0, 16).replace("T", " ");
}
