import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { usePreferences } from "../preferences/preferences.ts";
import { type Range, rangeOf, readRangeSearch, searchOf } from "./range.ts";

/** The time range of the page, as its address says. */
export function useRange(): Range {
  const { range, from, to } = readRangeSearch(useSearch({ strict: false }));
  const { defaultRange } = usePreferences();
  return useMemo(
    () =>
      rangeOf({ ...(range && { range }), ...(from && { from }), ...(to && { to }) }, defaultRange),
    [range, from, to, defaultRange],
  );
}

/** Changes the range in the address, where it is kept from page to page. */
export function useSetRange(): (range: Range) => void {
  const navigate = useNavigate();
  const { defaultRange } = usePreferences();
  return useCallback(
    (range) => {
      void navigate({
        to: ".",
        // What is only left out would be retained.
        search: (before: Record<string, unknown>) => ({
          ...before,
          range: undefined,
          from: undefined,
          to: undefined,
          behind: undefined,
          ...searchOf(range, defaultRange),
        }),
      });
    },
    [navigate, defaultRange],
  );
}

/** Back from wherever the page stands to its usual range, which ends now. */
export function useBackToNow(): () => void {
  const setRange = useSetRange();
  const { defaultRange } = usePreferences();
  return useCallback(() => setRange(rangeOf({}, defaultRange)), [setRange, defaultRange]);
}
