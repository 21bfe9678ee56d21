import { access, copyFile, mkdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "./options.ts";
import { keyHeaders } from "./server-key.ts";

export interface BackupFlags {
  readonly url?: string;
  readonly key?: string;
}

const NAME = "history.duckdb";

/** Asks a server for a copy of its history and puts it into `folder`, from where a server can be started. */
export async function backup(folder: string, flags: BackupFlags): Promise<void> {
  const target = join(resolve(folder), NAME);
  if (await exists(target)) {
    throw new UsageError(`${target} exists already; name a folder that has no history in it`);
  }
  await mkdir(resolve(folder), { recursive: true });
  await fromServer(flags, target);
  process.stdout.write(`${target}\nStart from it with: telltale serve --data-dir ${folder}\n`);
}

async function fromServer({ url, key }: BackupFlags, target: string): Promise<void> {
  const base = (url ?? process.env["TELLTALE_URL"] ?? "http://127.0.0.1:8000").replace(/\/+$/, "");
  const answer = await fetch(`${base}/api/v1/backups`, {
    method: "POST",
    headers: keyHeaders(key, process.env),
  }).catch((error: unknown) => {
    throw new Error(
      `${base} does not answer; of a server that does not run, copy the data folder itself`,
      {
        cause: error,
      },
    );
  });
  const body: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(`${base} answered ${answer.status}: ${textOf(body, "detail")}`);
  const file = textOf(body, "file");
  if (!(await exists(file))) {
    throw new Error(
      `The server made ${file}, which can not be reached from here; fetch it from its machine`,
    );
  }
  try {
    await rename(file, target);
  } catch {
    // Another file system.
    await copyFile(file, target);
    await rm(file);
  }
}

function textOf(body: unknown, name: string): string {
  const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : null;
  return typeof value === "string" ? value : "no reason given";
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
