import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { AlertAnnotations } from "../alerts/AlertAnnotations.tsx";
import { FirstRun } from "../panels/FirstRun.tsx";
import { LatestErrors } from "../panels/LatestErrors.tsx";
import { LiveCharts } from "../panels/LiveCharts.tsx";
import { ModelTable } from "../panels/ModelTable.tsx";
import { Nothing, Panel } from "../panels/Panel.tsx";
import { PanelBoundary } from "../panels/PanelBoundary.tsx";
import { RecentRequests } from "../panels/RecentRequests.tsx";
import { StoredCharts } from "../panels/StoredCharts.tsx";
import { SystemStrip } from "../panels/SystemStrip.tsx";
import { Totals } from "../panels/Totals.tsx";
import { useRange } from "../range/use-range.ts";
import { isStreamed } from "../range/use-span.ts";
import { useFirstContact } from "../services/first-contact.ts";
import { useLive } from "../services/live.tsx";
import { Waiting } from "../shell/Waiting.tsx";
import { useActions } from "../shortcuts/actions.ts";

const route = getRouteApi("/");

const GREETING_MS = 2_500;

/** The service at a glance: figures, the last minutes, models, what runs now, what went wrong. */
export default function Overview() {
  const contact = useFirstContact();
  const [greeting, setGreeting] = useState(false);
  // Whoever sent the first event should see that it came before the page changes.
  if (contact === "empty" && !greeting) setGreeting(true);

  useEffect(() => {
    if (!greeting || contact !== "data") return;
    const timer = setTimeout(() => setGreeting(false), GREETING_MS);
    return () => clearTimeout(timer);
  }, [greeting, contact]);

  if (contact === "waiting") return <Waiting />;
  if (contact === "empty" || greeting) {
    return <FirstRun received={contact === "data"} onLeave={() => setGreeting(false)} />;
  }
  return <Service />;
}

function Service() {
  const range = useRange();
  const compare = route.useSearch().against === "before";
  const navigate = useNavigate();
  const set = (on: boolean): void => {
    const change = (before: Record<string, unknown>): Record<string, unknown> => {
      const { against: _, ...rest } = before;
      return on ? { ...rest, against: "before" } : rest;
    };
    void navigate({ to: ".", search: change });
  };
  useActions([
    {
      id: "against",
      name: compare ? "Leave the period before out" : "Compare with the period before",
      group: "Page",
      keys: "p",
      run: () => set(!compare),
    },
  ]);
  return (
    <div className="flex flex-col gap-3 lg:gap-4">
      <PanelBoundary name="Totals">
        <Totals />
      </PanelBoundary>
      <div className="flex items-center justify-between gap-3 pt-1">
        <p className="text-12 text-faint">
          Rates over 10 s · averages and percentiles over 5 min · totals since the beginning
        </p>
        <label className="flex h-8 items-center gap-2 whitespace-nowrap text-muted max-md:h-11">
          <input
            type="checkbox"
            checked={compare}
            onChange={(event) => set(event.target.checked)}
            className="accent-accent"
          />
          Against the period before
        </label>
      </div>
      <AlertAnnotations>
        {!compare && range.kind === "live" && isStreamed(range) ? (
          <LiveCharts range={range.ms} />
        ) : (
          <StoredCharts compare={compare} />
        )}
      </AlertAnnotations>
      <SystemStrip />
      <div className="grid grid-cols-1 gap-3 lg:gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <ModelPerformance />
        <LatestErrors />
      </div>
      <RecentRequests />
    </div>
  );
}

function ModelPerformance() {
  const { models } = useLive();
  return (
    <Panel title="Model performance">
      {models.size === 0 ? (
        <Nothing>No model has been called yet.</Nothing>
      ) : (
        <ModelTable models={[...models.values()]} compact />
      )}
    </Panel>
  );
}
