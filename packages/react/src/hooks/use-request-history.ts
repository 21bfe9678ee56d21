"use client";

import type { RequestUpdate } from "@telltale/client";
import { useTelltaleState } from "./use-telltale-state.ts";

/** Which requests `useRequestHistory` returns. */
export interface RequestHistoryOptions {
  /** Most requests returned. Default: all that the store keeps (`config.historySize`). */
  limit?: number | undefined;
  /** Which to return; default all. */
  filter?: ((request: RequestUpdate) => boolean) | undefined;
}

/** The requests of this session, newest first. */
export function useRequestHistory({
  limit,
  filter,
}: RequestHistoryOptions = {}): readonly RequestUpdate[] {
  return useTelltaleState(({ requests }) => {
    const wanted = filter ? requests.filter(filter) : requests;
    return limit === undefined ? wanted : wanted.slice(0, limit);
  });
}
