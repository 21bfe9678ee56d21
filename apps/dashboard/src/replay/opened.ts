import { useEffect, useState } from "react";
import { type ReplayStart, readReplaySearch, startOf } from "./replay-search.ts";

interface Addressed {
  readonly location: { readonly search: string };
  readonly subscribe: (listener: () => void) => () => void;
}

const keyOf = (start: ReplayStart | null): string => JSON.stringify(start);

/** What the address says because the stream that is open was steered there. */
let steered: string | undefined;

/** Tells that the address is about to say where the open stream stands: no reason to open another. */
export function steeredTo(start: ReplayStart): void {
  steered = keyOf(start);
}

function read({ location }: Addressed): ReplayStart | null {
  const search = new URLSearchParams(location.search);
  return startOf(
    readReplaySearch({ replay: search.get("replay"), speed: search.get("speed") ?? undefined }),
  );
}

/** The replay that the page's stream is to be opened with; null for the live one. */
export function useOpened(history: Addressed): ReplayStart | null {
  const [opened, setOpened] = useState(() => read(history));
  useEffect(
    () =>
      history.subscribe(() => {
        const start = read(history);
        if (start !== null && keyOf(start) === steered) return;
        steered = undefined;
        setOpened((before) => (keyOf(before) === keyOf(start) ? before : start));
      }),
    [history],
  );
  return opened;
}
