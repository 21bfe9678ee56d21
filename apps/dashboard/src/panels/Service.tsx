import { useCallback, useState } from "react";
import { AlertAnnotations } from "../alerts/AlertAnnotations.tsx";
import { useRange } from "../range/use-range.ts";
import { isStreamed } from "../range/use-span.ts";
import { useLive } from "../services/live.tsx";
import { InTurn } from "../shell/InTurn.tsx";
import { LatestErrors } from "./LatestErrors.tsx";
import { LiveCharts } from "./LiveCharts.tsx";
import { ModelTable, OF_MODELS } from "./ModelTable.tsx";
import { Nothing, Panel } from "./Panel.tsx";
import { RecentRequests } from "./RecentRequests.tsx";
import { StoredCharts } from "./StoredCharts.tsx";
import { SystemStrip } from "./SystemStrip.tsx";

/** What explains the totals: the last minutes, the machine, models, what went wrong, what runs now. */
export default function Service({ compare }: { readonly compare: boolean }) {
  const range = useRange();
  const [drawn, setDrawn] = useState(false);
  const whole = useCallback(() => setDrawn(true), []);
  const live = !compare && range.kind === "live" && isStreamed(range) ? range.ms : null;
  return (
    <>
      <AlertAnnotations>
        {live === null ? (
          <StoredCharts compare={compare} />
        ) : (
          <LiveCharts range={live} onWhole={whole} />
        )}
      </AlertAnnotations>
      {(drawn || live === null) && (
        <InTurn>
          <SystemStrip />
          <div className="grid grid-cols-1 gap-3 lg:gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
            <ModelPerformance />
            <LatestErrors />
          </div>
          <RecentRequests />
        </InTurn>
      )}
    </>
  );
}

function ModelPerformance() {
  const { models } = useLive();
  return (
    <Panel title="Model performance" note={OF_MODELS}>
      {models.size === 0 ? (
        <Nothing>No model has been called yet.</Nothing>
      ) : (
        <ModelTable models={[...models.values()]} compact />
      )}
    </Panel>
  );
}
