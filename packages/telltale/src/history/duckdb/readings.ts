import type {
  Analytics,
  Breakdown,
  BreakdownQuery,
  Estimate,
  EvidenceQuery,
  Failures,
  FailuresQuery,
  HeatmapCell,
  HeatmapQuery,
} from "../store/analysis.ts";
import type { ExportSelection, Exports, TextExport, TextFormat } from "../store/exports.ts";
import type { EndedQuery, EndedRequest, Playback, Standing } from "../store/playback.ts";
import { StorageError } from "../store.ts";
import type { Analyses, Analysis, Finding } from "./analyse.ts";
import type { Engine } from "./engine.ts";
import { type Extent, frameOf } from "./export.ts";
import { decodeCells } from "./heatmap.ts";
import { decodeEnded, decodeStanding } from "./playback.ts";

/** Rows of one piece of text, to begin with, and the bounds they are kept within. */
const ROWS = { first: 2000, least: 100, most: 20_000 };
/** Size that a piece should have, UTF-16 units. */
const PIECE = 1_000_000;
/** How far one query looks for rows that pass. */
const REACH = { first: 20_000, most: 20_000_000 };
const PARQUET_ROWS = 5000;

/** The part of the store that reads much at once. */
export class Readings implements Analytics, Exports, Playback {
  protected readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  breakdown(query: BreakdownQuery): Promise<Breakdown> {
    return this.#find("breakdown", { name: "breakdown", asked: query });
  }

  evidence(query: EvidenceQuery): Promise<readonly Estimate[]> {
    return this.#find("evidence", { name: "evidence", asked: query });
  }

  failures(query: FailuresQuery): Promise<Failures> {
    return this.#find("failures", { name: "failures", asked: query });
  }

  async heatmap(query: HeatmapQuery): Promise<readonly HeatmapCell[]> {
    return decodeCells(await this.#find("heatmap", { name: "heatmap", asked: query }));
  }

  async exportText(selection: ExportSelection, format: TextFormat): Promise<TextExport> {
    const found = await this.#find("extent", { name: "extent", asked: selection.filter });
    return { total: found.total, parts: this.#parts(selection, format, found) };
  }

  async exportParquet(selection: ExportSelection, file: string): Promise<number> {
    const { count } = await this.engine.ask({ kind: "exportParquet", selection, file });
    return count;
  }

  async *readParquet(file: string): AsyncGenerator<readonly string[]> {
    for (let offset = 0; ; offset += PARQUET_ROWS) {
      const asked = { file, offset, limit: PARQUET_ROWS };
      const rows = await this.#find("parquetRows", { name: "parquetRows", asked });
      if (rows.length === 0) return;
      yield rows;
    }
  }

  async finishedIds(
    ids: readonly string[],
    from: number,
    to: number,
  ): Promise<ReadonlySet<string>> {
    const asked = { ids, from, to };
    return new Set(await this.#find("finishedIds", { name: "finishedIds", asked }));
  }

  async standing(at: number, recent: number): Promise<Standing> {
    const asked = { at, recent };
    return decodeStanding(await this.#find("standing", { name: "standing", asked }));
  }

  async ended(query: EndedQuery): Promise<readonly EndedRequest[]> {
    return decodeEnded(await this.#find("ended", { name: "ended", asked: query }));
  }

  async *#parts(
    selection: ExportSelection,
    format: TextFormat,
    { total, first, last }: Extent,
  ): AsyncGenerator<string> {
    const { head, between, tail } = frameOf(format, selection.columns);
    let lead = head;
    let after = first;
    let limit = ROWS.first;
    let reach = REACH.first;
    while (total > 0 && after < last) {
      const until = Math.min(last, after + reach);
      const asked = { ...selection, format, after, until, limit };
      const found = await this.#find("exportWindow", { name: "exportWindow", asked });
      const full = found.count === limit;
      after = full ? found.last : until;
      if (found.count === 0) {
        reach = Math.min(REACH.most, reach * 4);
        continue;
      }
      if (!full && found.count < limit / 2) reach = Math.min(REACH.most, reach * 2);
      yield lead + found.text;
      lead = between;
      const fitting = Math.round((PIECE / Math.max(1, found.text.length)) * found.count);
      limit = Math.min(ROWS.most, Math.max(ROWS.least, fitting));
    }
    if (lead === between) yield tail;
    else if (format === "json") yield "[]\n";
    else if (format === "csv") yield head;
  }

  async #find<N extends keyof Analyses>(
    name: N,
    analysis: Analysis,
  ): Promise<Analyses[N]["found"]> {
    const { finding } = await this.engine.ask({ kind: "analyse", analysis });
    if (isOf(finding, name)) return finding.found;
    throw new StorageError(`The history found ${finding.name} when asked for ${name}`);
  }
}

function isOf<N extends keyof Analyses>(
  finding: Finding,
  name: N,
): finding is Extract<Finding, { name: N }> {
  return finding.name === name;
}
