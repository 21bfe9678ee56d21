import type { RateLimitUpdate } from "@/services";
import { duration } from "../format/duration.ts";
import { Figure } from "../format/Figure.tsx";
import { count } from "../format/number.ts";
import { exactTime } from "../format/time.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { useSeconds } from "../services/seconds.ts";
import { Meter } from "./Meter.tsx";
import { Nothing, Panel } from "./Panel.tsx";

/** What the providers still allow, the tightest first. */
export function RateLimits({ limits }: { readonly limits: readonly RateLimitUpdate[] }) {
  const history = useLiveHistory();
  useSeconds();
  const now = history.now();
  const tightest = [...limits].sort((a, b) => b.percentage_used - a.percentage_used);
  return (
    <Panel title="Rate limits" note="as the providers last said">
      {tightest.length === 0 ? (
        <Nothing>Limits appear once a provider names them in an answer through the proxy.</Nothing>
      ) : (
        <ul>
          {tightest.map((limit) => (
            <li key={limit.endpoint} className="border-t border-line px-4 py-3">
              <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
                <span className="min-w-0 truncate font-medium" title={limit.endpoint}>
                  {limit.endpoint}
                </span>
                <span className="text-12 text-muted numbers">
                  {count(limit.remaining)} of {count(limit.limit)} {limit.unit ?? ""} left ·{" "}
                  <span title={exactTime(limit.reset_time)}>
                    {limit.reset_time > now
                      ? `resets in ${duration(Math.ceil((limit.reset_time - now) / 1000) * 1000)
                          .replace(".00", "")
                          .replace(".0 ", " ")}`
                      : "reset"}
                  </span>
                </span>
              </div>
              <div className="flex items-center gap-3">
                <Meter label={`${limit.endpoint} used`} value={limit.percentage_used} />
                <Figure
                  value={limit.percentage_used}
                  unit="percentage"
                  reason="Not reported"
                  className="w-14 shrink-0 text-right text-12"
                />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
