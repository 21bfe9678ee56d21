export type { RequestEvent } from "./event.ts";
export type {
  HistoryStore,
  RequestFilter,
  RequestPage,
  SeriesLine,
  SeriesQuery,
} from "./history/store.ts";
