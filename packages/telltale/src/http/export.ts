import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import {
  EXPORT_COLUMNS,
  type ExportColumn,
  type ExportSelection,
  TEXT_FORMATS,
} from "../history/store/exports.ts";
import { describe } from "./describe.ts";
import { listOf, readQuery } from "./query.ts";
import { filterOf, filterShape } from "./requests.ts";
import { createScratch } from "./scratch.ts";
import type { ApiSources } from "./sources.ts";

const FORMATS = [...TEXT_FORMATS, "parquet"] as const;

const exportQuery = z.object({
  format: z.enum(FORMATS).default("csv"),
  ...filterShape,
  columns: listOf(EXPORT_COLUMNS).optional(),
});

const types = {
  csv: "text/csv; charset=utf-8",
  json: "application/json; charset=utf-8",
  ndjson: "application/x-ndjson; charset=utf-8",
  parquet: "application/vnd.apache.parquet",
} as const;

const mediaTypes = FORMATS.map((format) => types[format].split(";")[0] ?? "");

/** `time` is for people, who read CSV. */
const withoutTime: readonly ExportColumn[] = EXPORT_COLUMNS.filter((column) => column !== "time");

export function registerExport(app: FastifyInstance, { store, now, dataDir }: ApiSources): void {
  const scratch = createScratch(join(dataDir, "scratch", "out"));

  const head = (reply: FastifyReply, format: (typeof FORMATS)[number], total: number): void => {
    const date = new Date(now()).toISOString().slice(0, 10);
    reply.headers({
      "content-type": types[format],
      "content-disposition": `attachment; filename="telltale-requests-${date}.${format}"`,
      "x-total-count": String(total),
      "access-control-expose-headers": "x-total-count, content-disposition",
      "cache-control": "no-store",
    });
  };

  app.get(
    "/api/v1/export",
    describe({
      summary: "Finished requests as a file",
      tag: "export",
      description: `Written while it is read. The header x-total-count says how many requests are to come. Columns: ${EXPORT_COLUMNS.join(", ")}.`,
      query: exportQuery,
      answers: { 200: { about: "The file", type: mediaTypes, body: {} } },
    }),
    async (request, reply) => {
      const { format, columns, ...filter } = readQuery(exportQuery, request.query);
      const selection: ExportSelection = {
        filter: filterOf(filter),
        columns: columns ?? (format === "csv" ? EXPORT_COLUMNS : withoutTime),
      };
      if (format !== "parquet") {
        const { total, parts } = await store.exportText(selection, format);
        head(reply, format, total);
        return reply.send(Readable.from(parts, { objectMode: false, highWaterMark: 1 }));
      }
      const file = await scratch.path("parquet");
      const remove = (): void => void scratch.remove(file);
      try {
        const total = await store.exportParquet(selection, file);
        const { size } = await stat(file);
        head(reply, format, total);
        reply.header("content-length", size);
        return reply.send(createReadStream(file).once("close", remove));
      } catch (error) {
        remove();
        throw error;
      }
    },
  );
}
