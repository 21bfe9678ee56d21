import { lengthOf } from "../range/range.ts";
import { useRange } from "../range/use-range.ts";
import { type Action, useActions } from "../shortcuts/actions.ts";
import { showBar } from "./bar.ts";
import type { ReplayControl } from "./use-replay-control.ts";

const SHORTEST_MS = 900_000;

/** A replay by keys. Its keys come before those of the page: `Space` and `l` are about time then. */
export function useReplayActions({ start, toggle, step, leave, play }: ReplayControl): void {
  const range = useRange();
  const open = (): void => {
    const to = range.kind === "fixed" ? range.to : Date.now();
    showBar({ open: true, window: { from: to - Math.max(SHORTEST_MS, lengthOf(range)), to } });
  };
  const ready: Action[] = [
    {
      id: "replay",
      name: "Replay the past",
      group: "Time",
      keys: "Shift+R",
      also: "history timeline scrub",
      run: open,
    },
    {
      id: "replay-here",
      name: "Replay from the beginning of the range",
      group: "Time",
      also: "history",
      run: () => {
        const to = range.kind === "fixed" ? range.to : Date.now();
        const from = to - lengthOf(range);
        play(from, { from, to });
      },
    },
  ];
  const running: Action[] = [
    { id: "pause", name: "Play or pause the replay", group: "Time", keys: "Space", run: toggle },
    { id: "replay-step", name: "Replay one step", group: "Time", keys: ".", run: () => step() },
    {
      id: "live",
      name: "Back to live",
      group: "Time",
      keys: "l",
      also: "end the replay now",
      run: leave,
    },
  ];
  useActions(start === null ? ready : running, { over: true });
}
