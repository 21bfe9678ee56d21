import { useNavigate } from "@tanstack/react-router";
import { shifted, zoomed } from "../range/moves.ts";
import { presets } from "../range/range.ts";
import { useBehind } from "../range/use-behind.ts";
import { useBackToNow, useRange, useSetRange } from "../range/use-range.ts";
import { pageNow } from "../services/page-clock.ts";
import { placeAt } from "../shell/navigation.ts";
import { type Action, useActions } from "./actions.ts";

/** Moving through time by keys, on pages that look at the chosen range. */
export function useTimeActions(path: string): void {
  const range = useRange();
  const setRange = useSetRange();
  const navigate = useNavigate();
  const backToNow = useBackToNow();
  const ranged = placeAt(path)?.ranged === true;
  const moves: Action[] = [
    {
      id: "live",
      name: "Back to now",
      group: "Time",
      keys: "l",
      also: "live range default",
      run: backToNow,
    },
    {
      id: "earlier",
      name: "Look further back",
      group: "Time",
      keys: "[",
      run: () => setRange(shifted(range, -1, pageNow())),
    },
    {
      id: "later",
      name: "Look further on",
      group: "Time",
      keys: "]",
      run: () => setRange(shifted(range, 1, pageNow())),
    },
    {
      id: "zoom-out",
      name: "Show a longer time",
      group: "Time",
      keys: "-",
      run: () => setRange(zoomed(range, "out", pageNow())),
    },
    {
      id: "zoom-in",
      name: "Show a shorter time",
      group: "Time",
      keys: "=",
      run: () => setRange(zoomed(range, "in", pageNow())),
    },
  ];
  const open = useBehind();
  const behind: Action = {
    id: "behind",
    name: "Show the requests of this time",
    group: "Page",
    keys: "b",
    run: () => {
      const now = pageNow();
      if (range.kind === "fixed") open(range.from, range.to);
      else open(now - range.ms, now);
    },
  };
  const named = presets.map(
    ({ name, long, ms }): Action => ({
      id: `range-${name}`,
      name: `Show the ${long.toLowerCase()}`,
      group: "Time",
      also: `time range ${name}`,
      // From a page without a range the overview is what shows it.
      run: () => {
        if (ranged) setRange({ kind: "live", ms });
        else void navigate({ to: "/", search: { range: name } });
      },
    }),
  );
  useActions(ranged ? [...moves, ...(path === "/requests" ? [] : [behind]), ...named] : named, {
    shell: true,
  });
}
