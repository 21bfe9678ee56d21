import type { KnownValues } from "@telltale/protocol/query";
import { Pause, Play, X } from "lucide-react";
import { useMemo } from "react";
import { ExportMenu } from "../filter/ExportMenu.tsx";
import { FilterInput } from "../filter/FilterInput.tsx";
import { ViewMenu } from "../filter/ViewMenu.tsx";
import { count } from "../format/number.ts";
import { spanInWords } from "../format/time.ts";
import { presets } from "../range/range.ts";
import { useSetRange } from "../range/use-range.ts";
import { useLive } from "../services/live.tsx";
import { ColumnMenu } from "./ColumnMenu.tsx";

interface RequestFiltersProps {
  /** In the filter language. */
  readonly q: string;
  readonly onChange: (q: string) => void;
  /** Unix ms; a range that stands still, if the page has one. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly paused: boolean;
  readonly waiting: number;
  readonly onPause: () => void;
}

/** What the list shows, whether it moves, and what becomes of it. */
export function RequestFilters({
  q,
  onChange,
  from,
  to,
  paused,
  waiting,
  onPause,
}: RequestFiltersProps) {
  const known = useKnownValues();
  return (
    <div className="flex flex-wrap items-start gap-2">
      <FilterInput value={q} onChange={onChange} known={known} />
      <ViewMenu q={q} onChoose={onChange} />
      {from !== undefined && to !== undefined && <FixedRange from={from} to={to} />}
      <div className="flex gap-2 max-md:ml-auto">
        <ExportMenu q={q} from={from} to={to} />
        <ColumnMenu />
        <button
          type="button"
          aria-pressed={paused}
          onClick={onPause}
          className="flex h-8 items-center gap-1.5 rounded-inner border border-line-strong px-3 font-medium whitespace-nowrap transition-colors hover:bg-raised aria-pressed:border-watch/50 aria-pressed:bg-watch-soft max-md:h-11"
        >
          {paused ? <Play size={13} aria-hidden="true" /> : <Pause size={13} aria-hidden="true" />}
          {paused ? "Resume" : "Pause"}
          {paused && waiting > 0 && (
            <span className="text-12 font-normal text-muted numbers">{count(waiting)} waiting</span>
          )}
        </button>
      </div>
    </div>
  );
}

function FixedRange({ from, to }: { readonly from: number; readonly to: number }) {
  const setRange = useSetRange();
  const [first] = presets;
  return (
    <span className="flex h-8 items-center rounded-inner border border-line-strong bg-raised pl-2.5 text-12 whitespace-nowrap max-md:h-11">
      {spanInWords(from, to)}
      <button
        type="button"
        aria-label="Show requests of all times"
        onClick={() => first && setRange({ kind: "live", ms: 5 * first.ms })}
        className="grid size-8 place-items-center text-faint hover:text-ink max-md:size-11"
      >
        <X size={13} aria-hidden="true" />
      </button>
    </span>
  );
}

/** Values that were seen on the stream, for the filter to complete with. */
function useKnownValues(): KnownValues {
  const { models, recentRequests } = useLive();
  return useMemo(() => {
    const seen = (read: (request: (typeof recentRequests)[number]) => string | undefined) =>
      [...new Set(recentRequests.flatMap((request) => read(request) ?? []))].sort();
    return {
      model: [...models.keys()].sort(),
      provider: seen((r) => r.provider),
      user: seen((r) => r.user_id),
      org: seen((r) => r.organization_id),
      service: seen((r) => r.service),
      key: seen((r) => r.api_key),
      endpoint: seen((r) => r.endpoint),
      type: seen((r) => r.error_type),
      finish: seen((r) => r.finish_reason),
    };
  }, [models, recentRequests]);
}
