"use client";

import { useTelltaleState } from "../hooks/use-telltale-state.ts";
import { useEachSecond } from "./use-each-second.ts";
import { freshness } from "./wording.ts";

/** The words beside the state. */
export function useFreshness(wanted: boolean): string {
  // The first data are to be seen at once, not with the next second.
  useTelltaleState((state) => state.lastUpdate === null);
  return useEachSecond((info, now, staleAfter) => freshness(info, staleAfter, now), wanted);
}
