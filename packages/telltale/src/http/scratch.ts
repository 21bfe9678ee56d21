import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { late } from "../late.ts";

/** Files that live as long as one call. */
export interface Scratch {
  /** A path that nobody else has; the file is removed by {@link remove}. */
  path(extension: string): Promise<string>;
  remove(path: string): Promise<void>;
}

export function createScratch(directory: string): Scratch {
  const ready = late(async () => {
    // What a server that was killed left behind.
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
  });
  return {
    async path(extension) {
      await ready();
      return join(directory, `${randomUUID()}.${extension}`);
    },
    remove: (path) => rm(path, { force: true }),
  };
}
