import { rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { number, object, string } from "@telltale/protocol";
import type { FastifyInstance } from "fastify";
import type { HistoryStore } from "../history/store.ts";
import { answers, describe } from "./describe.ts";

export interface BackupSources {
  readonly store: HistoryStore;
  readonly now: () => number;
  readonly dataDir: string;
}

/** Copies kept in the data directory; the oldest goes for a new one. */
const KEPT = 1;

/** `POST /api/v1/backups`: where the file goes is not the caller's to say. */
export function registerBackup(app: FastifyInstance, { store, now, dataDir }: BackupSources): void {
  let before: string[] = [];
  app.post(
    "/api/v1/backups",
    describe({
      summary: "A consistent copy of the history, made while it is in use",
      tag: "history",
      answers: answers(
        "The copy, a DuckDB file in the data directory of the server; the next one replaces it",
        object({ file: string, bytes: number }),
      ),
    }),
    async () => {
      const time = new Date(now()).toISOString().replaceAll(/[:.]/g, "-");
      const file = resolve(join(dataDir, "backups", `history-${time}.duckdb`));
      await store.backup(file);
      before.push(file);
      for (const old of before.slice(0, -KEPT)) await rm(old, { force: true });
      before = before.slice(-KEPT);
      return { file, bytes: (await stat(file)).size };
    },
  );
}
