import { constants } from "node:fs";
import { copyFile, open } from "node:fs/promises";

/** The log is damaged, and the engine would go on as if it ended there. */
export class UntoldDamageError extends Error {
  override readonly name = "UntoldDamageError";
  readonly at: number;
  constructor(at: number) {
    super(`The log is damaged at byte ${at}, and whole entries follow`);
    this.at = at;
  }
}

/** Byte of the log where its first damaged entry begins; null when it is not the log that is damaged. */
export function damageOf(error: unknown): number | null {
  if (error instanceof UntoldDamageError) return error.at;
  const message = error instanceof Error ? error.message : String(error);
  const position = /Corrupt WAL file: entry at byte position (\d+)/.exec(message)?.[1];
  return position === undefined ? null : Number(position);
}

/** Shortens the log to what is before the damage, and keeps a copy of it as it was. */
export async function cutLog(path: string, damage: number): Promise<void> {
  const log = `${path}.wal`;
  await copyFile(log, `${log}.damaged-${Date.now()}`, constants.COPYFILE_EXCL);
  const file = await open(log, "r+");
  try {
    await file.truncate(damage);
    await file.sync();
  } finally {
    await file.close();
  }
}
