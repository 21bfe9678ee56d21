import type { RateLimitUpdate } from "@/services";
import { countdown } from "../format/duration.ts";
import { Figure } from "../format/Figure.tsx";
import { count } from "../format/number.ts";
import { exactTime } from "../format/time.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { useSeconds } from "../services/seconds.ts";
import { Meter } from "./Meter.tsx";
import { Nothing, Panel } from "./Panel.tsx";

const RESET = "It has reset since the provider last said";

/** What the providers still allow, the tightest first. */
export function RateLimits({ limits }: { readonly limits: readonly RateLimitUpdate[] }) {
  const history = useLiveHistory();
  useSeconds();
  const now = history.now();
  // A limit that has reset says nothing about now, so it stands last.
  const used = (limit: RateLimitUpdate): number =>
    limit.reset_time > now ? limit.percentage_used : -1;
  const tightest = [...limits].sort(
    (a, b) => used(b) - used(a) || a.endpoint.localeCompare(b.endpoint),
  );
  return (
    <Panel title="Rate limits" note="as the providers last said">
      {tightest.length === 0 ? (
        <Nothing>
          Limits appear once a provider names them in an answer through the proxy, or a scraped
          gateway does.
        </Nothing>
      ) : (
        <ul className="grid grid-cols-1 gap-x-8 px-4 pb-2 xl:grid-cols-2">
          {tightest.map((limit) => (
            <Limit key={limit.endpoint} limit={limit} now={now} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Limit({ limit, now }: { readonly limit: RateLimitUpdate; readonly now: number }) {
  const over = limit.reset_time <= now;
  const seconds = Math.ceil((limit.reset_time - now) / 1000);
  return (
    <li className="border-t border-line py-3">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <span className="min-w-0 truncate font-medium" title={limit.endpoint}>
          {limit.endpoint}
        </span>
        <span className="text-12 text-muted numbers">
          {over
            ? `reset since · ${count(limit.limit)} ${limit.unit ?? ""} allowed`
            : `${count(limit.remaining)} of ${count(limit.limit)} ${limit.unit ?? ""} left · `}
          {!over && <span title={exactTime(limit.reset_time)}>resets in {countdown(seconds)}</span>}
        </span>
      </div>
      <div className="flex items-center gap-3">
        <Meter label={`${limit.endpoint} used`} value={over ? 0 : limit.percentage_used} />
        <Figure
          value={over ? null : limit.percentage_used}
          unit="percentage"
          reason={RESET}
          className="w-14 shrink-0 text-right text-12"
        />
      </div>
    </li>
  );
}
