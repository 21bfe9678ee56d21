import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { type ReplayResult, useReplay } from "@/services";
import { type RangeSearch, readRangeSearch } from "../range/range.ts";
import { useRange } from "../range/use-range.ts";
import { showBar } from "./bar.ts";
import { steeredTo } from "./opened.ts";
import {
  type ReplayStart,
  type ReplayWindow,
  readReplaySearch,
  searchOfReplay,
  startOf,
  USUAL_SPEED,
} from "./replay-search.ts";

/** The range that was looked at before a replay began. */
let before: RangeSearch | null = null;

const NO_RANGE = { range: undefined, from: undefined, to: undefined };
const NO_REPLAY = { replay: undefined, speed: undefined };

export interface ReplayControl extends ReplayResult {
  /** Where the address says that the page is; null while it is live. */
  readonly start: ReplayStart | null;
  /** Plays the whole page from a time on. */
  readonly play: (at: number, window?: ReplayWindow) => void;
  readonly goTo: (at: number) => void;
  readonly toggle: () => void;
  readonly pace: (speed: number) => void;
  /** Back to live, with the range that was looked at before. */
  readonly leave: () => void;
}

/** The replay of the page: its address, and the stream that follows it. */
export function useReplayControl(): ReplayControl {
  const replay = useReplay();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const range = useRange();
  const start = startOf(readReplaySearch(search));
  const { at, speed, paused, ended, from } = replay;

  const write = useCallback(
    (next: object, replace: boolean): void => {
      void navigate({
        to: ".",
        replace,
        search: (now: Record<string, unknown>) => ({ ...now, ...next }),
      });
    },
    [navigate],
  );

  /** The stream was steered: the address follows, so that it can be shared. */
  const follow = (next: ReplayStart): void => {
    steeredTo(startOf(searchOfReplay(next)) ?? next);
    write(searchOfReplay(next), true);
  };

  const play = (time: number, window?: ReplayWindow): void => {
    if (start === null) before = readRangeSearch(search);
    showBar({ open: true, ...(window && { window }) });
    // A span that stands still would not play.
    const ranges = range.kind === "fixed" ? { ...NO_RANGE, range: "15m" } : {};
    write(
      { ...ranges, ...searchOfReplay({ at: time, speed: start?.speed ?? USUAL_SPEED }) },
      false,
    );
  };

  const goTo = (time: number): void => {
    const next = { at: Math.floor(time), speed: speed ?? USUAL_SPEED };
    // Where nothing can be said to the server, the stream is opened anew.
    if (replay.seek(next.at).status === "refused") write(searchOfReplay(next), true);
    else follow(next);
  };

  return {
    ...replay,
    start,
    play,
    goTo,
    toggle: () => {
      if (ended) goTo(from ?? start?.at ?? 0);
      if (paused || ended) replay.resume();
      else if (replay.pause().status !== "refused" && at !== null) {
        follow({ at, speed: speed ?? USUAL_SPEED });
      }
    },
    pace: (next) => {
      const there = { at: at ?? start?.at ?? 0, speed: next };
      if (replay.setSpeed(next).status === "refused") write(searchOfReplay(there), true);
      else follow(there);
    },
    leave: () => {
      showBar({ open: false, window: null });
      write({ ...NO_REPLAY, ...NO_RANGE, ...before }, false);
      before = null;
    },
  };
}
