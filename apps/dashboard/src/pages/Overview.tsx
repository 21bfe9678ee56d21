import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { PanelBoundary } from "../panels/PanelBoundary.tsx";
import { Totals } from "../panels/Totals.tsx";
import { useRange } from "../range/use-range.ts";
import { isStreamed } from "../range/use-span.ts";
import { useFirstContact } from "../services/first-contact.ts";
import { untilThere } from "../services/until-there.ts";
import { InTurn } from "../shell/InTurn.tsx";
import { Waiting } from "../shell/Waiting.tsx";
import { useActions } from "../shortcuts/actions.ts";

// Apart, so that the figures do not wait for what draws charts.
const FirstRun = lazy(untilThere(() => import("../panels/FirstRun.tsx")));
const RangeTotals = lazy(untilThere(() => import("../panels/RangeTotals.tsx")));
const Service = lazy(untilThere(() => import("../panels/Service.tsx")));

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
    return (
      <Suspense>
        <FirstRun received={contact === "data"} onLeave={() => setGreeting(false)} />
      </Suspense>
    );
  }
  return <Figures />;
}

function Figures() {
  const compare = route.useSearch().against === "before";
  // The stream's own figures are there at once; those of a longer or past time are asked for.
  const streamed = isStreamed(useRange()) && !compare;
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
      <InTurn>
        <PanelBoundary name="Totals">
          {streamed ? (
            <Totals />
          ) : (
            <Suspense fallback={<div className="skeleton h-48" aria-busy="true" />}>
              <RangeTotals />
            </Suspense>
          )}
        </PanelBoundary>
        <div className="flex items-center justify-between gap-3 pt-1">
          <p className="text-12 text-faint">
            {streamed
              ? "The figures above are of now and of all time; the charts below follow the chosen range"
              : "Figures and charts are of the chosen range; arrows hold it against the period before, where all of that is stored"}
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
        <PanelBoundary name="Charts and lists">
          <Suspense fallback={<Coming />}>
            <Service compare={compare} />
          </Suspense>
        </PanelBoundary>
      </InTurn>
    </div>
  );
}

/** Where the charts will be, for whoever has to wait for them. */
function Coming() {
  return (
    <div className="grid grid-cols-1 gap-3 md:grid-cols-2 lg:gap-4 xl:grid-cols-3" aria-busy="true">
      <div className="skeleton h-64" />
      <div className="skeleton h-64 max-md:hidden" />
      <div className="skeleton h-64 max-xl:hidden" />
    </div>
  );
}
