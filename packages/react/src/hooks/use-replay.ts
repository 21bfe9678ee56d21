"use client";

import type { SendResult } from "@telltale/client";
import { useMemo } from "react";
import { useWebSocket } from "../context.ts";
import { useTelltaleState } from "./use-telltale-state.ts";

/** What `useReplay` returns. Times are Unix ms; null while the stream is live. */
export interface ReplayResult {
  /** The stream shows the past. */
  readonly active: boolean;
  /** The time that is shown. Renders with each tick. */
  readonly at: number | null;
  readonly from: number | null;
  readonly to: number | null;
  /** Seconds of the past per second. */
  readonly speed: number | null;
  readonly paused: boolean;
  /** Nothing more comes until `seek`. */
  readonly ended: boolean;
  /** These say what became of the message: only a WebSocket can send, and only a replay takes them. */
  readonly pause: () => SendResult;
  readonly resume: () => SendResult;
  /** Goes to another time before `to`. */
  readonly seek: (time: number | Date) => SendResult;
  /** 0.1 to 3600. */
  readonly setSpeed: (speed: number) => SendResult;
  /** Goes on by one tick and stands still. */
  readonly step: () => SendResult;
}

const LIVE = { at: null, from: null, to: null, speed: null, paused: false };

/** The past as a stream shows it whose address has `from`, and what can be done with it. */
export function useReplay(): ReplayResult {
  const { send } = useWebSocket();
  const replay = useTelltaleState((state) => state.replay);
  const acts = useMemo(
    () => ({
      pause: () => send("pause"),
      resume: () => send("resume"),
      seek: (time: number | Date) => send("seek", { to: Number(time) }),
      setSpeed: (speed: number) => send("speed", { speed }),
      step: () => send("step"),
    }),
    [send],
  );
  return { active: !!replay, ...LIVE, ...replay, ended: !!replay?.ended, ...acts };
}
