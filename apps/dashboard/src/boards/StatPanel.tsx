import { useEffect } from "react";
import { Figure } from "../format/Figure.tsx";
import { spanInWords } from "../format/time.ts";
import { useComparison } from "../history/use-comparison.ts";
import { Change } from "../panels/Change.tsx";
import type { Range } from "../range/range.ts";
import { useSpanOf } from "../range/use-span.ts";
import { usePageNow } from "../services/page-clock.ts";
import type { PanelQuestion } from "./board.ts";
import { infoOf } from "./metrics.ts";
import type { PanelFilesRef } from "./panel-files.ts";

interface StatPanelProps {
  readonly panel: PanelQuestion;
  readonly range: Range;
  readonly files: PanelFilesRef;
}

/** One figure of the whole range, and how far it is from that of as long a time before. */
export function StatPanel({ panel, range, files }: StatPanelProps) {
  const { metric, q, kind } = panel;
  const { name, unit, worse } = infoOf(kind, metric);
  const span = useSpanOf(range);
  const { from, live, refresh } = span;
  const { now } = usePageNow();
  // What is to come would count as nothing, so a live range ends now, in steps of the refresh; a past
  // one is that of the panels beside it.
  const to = live ? Math.max(from + 1, Math.floor(now / refresh) * refresh) : span.to;
  const question = { metric, q, from, to, againstFrom: from - (to - from), againstTo: from };
  const { data, error } = useComparison(question);
  const comparison = data?.comparisons[0];
  const value = comparison?.value ?? null;
  const before = comparison?.against_value ?? null;
  useEffect(() => {
    files.current = {
      table: {
        columns: ["metric", "from", "to", "value", "value before"],
        rows: [[name, new Date(from).toISOString(), new Date(to).toISOString(), value, before]],
      },
      lines: [],
      note: spanInWords(from, to),
    };
  });
  return (
    <div className="flex min-h-0 flex-1 flex-col justify-center overflow-hidden px-4 pb-3">
      <Figure
        value={value}
        unit={unit}
        reason={
          error
            ? `History did not answer. ${error.message}`
            : data
              ? "No request in this range tells"
              : "Asking history"
        }
        className="block truncate text-28 font-semibold tracking-[-0.02em]"
      />
      <p className="truncate text-12 text-faint" title={comparison?.text}>
        {error ? (
          "History did not answer"
        ) : (
          <>
            <Change
              now={value}
              before={before}
              {...(worse && { worse })}
              reason="The period before has nothing to compare with"
            />{" "}
            against the period before
          </>
        )}
      </p>
    </div>
  );
}
