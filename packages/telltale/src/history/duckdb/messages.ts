import type { ExportSelection } from "../store/exports.ts";
import type {
  Kept,
  KnownIds,
  RequestFilter,
  RestoreOptions,
  Retained,
  RetainOptions,
  SeriesQuery,
  Span,
} from "../store.ts";
import type { Analysis, Finding } from "./analyse.ts";
import type { Place } from "./cursor.ts";
import type { PackedLines } from "./lines.ts";
import type { RememberedRows } from "./remember.ts";
import type { PageRequest } from "./requests.ts";
import type { RestoredRows } from "./restore.ts";
import type { Rows } from "./row.ts";
import type { Batch } from "./writer.ts";

/** What the worker is asked, each answered by the answer of the same kind. */
export type Question =
  | { readonly kind: "append"; readonly batch: Batch }
  | { readonly kind: "restore"; readonly options: RestoreOptions }
  | { readonly kind: "storedIds"; readonly spans: readonly Span[] }
  | { readonly kind: "remembered"; readonly from: number }
  | { readonly kind: "requests"; readonly page: PageRequest }
  | { readonly kind: "count"; readonly filter: RequestFilter }
  | { readonly kind: "request"; readonly id: string }
  | { readonly kind: "series"; readonly query: SeriesQuery }
  | { readonly kind: "rollUp" }
  | { readonly kind: "retain"; readonly options: RetainOptions }
  | { readonly kind: "kept" }
  | { readonly kind: "backup"; readonly file: string }
  | { readonly kind: "analyse"; readonly analysis: Analysis }
  | { readonly kind: "exportParquet"; readonly selection: ExportSelection; readonly file: string }
  | { readonly kind: "close" };

export type Answer =
  | { readonly kind: "open" | "append" | "rollUp" | "backup" | "close" }
  | { readonly kind: "retain"; readonly retained: Retained }
  | { readonly kind: "kept"; readonly kept: Kept }
  | { readonly kind: "restore"; readonly restored: RestoredRows }
  | { readonly kind: "storedIds"; readonly ids: readonly KnownIds[] }
  | { readonly kind: "remembered"; readonly remembered: RememberedRows }
  | { readonly kind: "requests"; readonly rows: Rows; readonly next: Place | null }
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "exportParquet"; readonly count: number }
  | { readonly kind: "analyse"; readonly finding: Finding }
  | { readonly kind: "request"; readonly rows: Rows }
  | { readonly kind: "series"; readonly lines: PackedLines };

/** An error that crossed threads: its class does not survive, so its name does. */
export interface Failure {
  readonly kind: "failure";
  readonly full: boolean;
  readonly message: string;
}

export interface Call {
  readonly call: number;
  readonly question: Question;
}

/** Call 0 is the opening of the file. */
export interface Reply {
  readonly call: number;
  readonly answer: Answer | Failure;
}
