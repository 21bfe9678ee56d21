import { midnightOf } from "../format/zone.ts";
import { useComparison } from "../history/use-comparison.ts";
import { usePreferences } from "../preferences/preferences.ts";
import { usePageNow } from "../services/page-clock.ts";
import { Change } from "./Change.tsx";
import { Stat } from "./Stat.tsx";

const DAY_MS = 86_400_000;
const QUICKEST_MS = 10_000;

interface CostTodayProps {
  /** Until when, Unix ms, where the page shows other sums up to now: they must not differ by what comes between. */
  readonly until: number | undefined;
}

/** What was spent since midnight where the reader is, whatever range the page shows. */
export function CostToday({ until }: CostTodayProps) {
  const { now } = usePageNow();
  const refresh = Math.max(QUICKEST_MS, usePreferences().refreshMs);
  const from = midnightOf(until ?? now);
  const to = Math.max(from + 1, until ?? Math.floor(now / refresh) * refresh);
  const yesterday = midnightOf(from - DAY_MS / 2);
  const question = {
    metric: "cost",
    from,
    to,
    againstFrom: yesterday,
    againstTo: yesterday + (to - from),
  };
  const { data, error } = useComparison(question);
  const spent = data?.comparisons[0];
  const nothing = spent?.against_count === 0;
  return (
    <Stat
      label="Spent today"
      value={data && (spent?.value ?? 0)}
      unit="money"
      reason={error ? `History did not answer. ${error.message}` : "Asking history"}
      wide
    >
      {spent && nothing && "since midnight, none yesterday"}
      {spent && !nothing && (
        <>
          <Change now={spent.value} before={spent.against_value} worse="more" /> against yesterday
          by now
        </>
      )}
    </Stat>
  );
}
