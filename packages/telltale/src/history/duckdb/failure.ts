import { dirname } from "node:path";
import { StorageError, StorageFullError } from "../store.ts";
import { damageOf } from "./damaged-log.ts";

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** After such an error DuckDB refuses everything, reads included, until the file is opened anew. */
export function isFatal(error: unknown): boolean {
  return /^FATAL Error|database has been invalidated/.test(messageOf(error));
}

/** DuckDB's errors have no codes, only sentences. */
export function storageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const message = messageOf(error);
  return /no space left on device|disk quota exceeded|ENOSPC|EDQUOT/i.test(message)
    ? new StorageFullError(`The disk of the history is full: ${message}`, { cause: error })
    : new StorageError(`The history failed: ${message}`, { cause: error });
}

/** Whether another process uses the file. */
export function isLocked(error: unknown): boolean {
  return /could not set lock on file/i.test(messageOf(error));
}

/** Says what to do when a file cannot be opened. */
export function openError(error: unknown, path: string): StorageError {
  if (error instanceof StorageError) return error;
  const message = messageOf(error);
  const directory = dirname(path);
  if (isLocked(error)) {
    const holder = /PID (\d+)/.exec(message)?.[1];
    return new StorageError(
      `Another process${holder === undefined ? "" : ` (${holder})`} already uses the data directory ${directory}. ` +
        "Stop it, or start this one with another --data-dir.",
      { cause: error },
    );
  }
  const damage = damageOf(error);
  if (damage !== null) {
    return new StorageError(
      `${path}.wal, the log of the history, is damaged from byte ${damage} on; what was stored before that is whole. ` +
        "If a copy of the data directory exists, start from that. Else start with --damaged-log cut: the log is " +
        "copied and then cut off before the damage, and what was stored after it is lost.",
      { cause: error },
    );
  }
  if (/not a valid DuckDB database file|serialized|storage version/i.test(message)) {
    return new StorageError(
      `${path} cannot be read as a history: ${message}. Move it away, or start with another --data-dir.`,
      { cause: error },
    );
  }
  const known = storageError(error);
  return known instanceof StorageFullError
    ? known
    : new StorageError(`${path} could not be opened: ${message}`, { cause: error });
}
