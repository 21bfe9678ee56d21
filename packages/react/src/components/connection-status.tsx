"use client";

import type { ReactElement } from "react";
import { useConnectionStatus } from "../hooks/use-connection-status.ts";
import { useTelltaleState } from "../hooks/use-telltale-state.ts";
import { useBaseStyles } from "./base-styles.ts";
import { classes, mark } from "./mark.tsx";
import { useFreshness } from "./use-freshness.ts";
import { replayed, stateWords } from "./wording.ts";

/** What `ConnectionStatus` can be told. */
export interface ConnectionStatusProps {
  /** Also say how old the data are and when the next attempt is due. */
  showDetails?: boolean | undefined;
  /** Also say the round trip, where the server answers heartbeats. */
  showLatency?: boolean | undefined;
  /** The mark and the word only, smaller. */
  compact?: boolean | undefined;
  /** Fixes it to a corner of the window; by default it stays in the flow. */
  position?: "top-left" | "top-right" | "bottom-left" | "bottom-right" | undefined;
  /** Zone that the time of a replay is told in, such as `Europe/Berlin`; the reader's by default. */
  timeZone?: string | undefined;
  className?: string | undefined;
}

/**
 * Whether the page is live: a mark, a word and, if asked for, how old the data are. A replay says so,
 * and which time it shows.
 */
export function ConnectionStatus(props: ConnectionStatusProps): ReactElement {
  const { showDetails = false, showLatency = false, compact = false, position, className } = props;
  useBaseStyles();
  const { state, latency } = useConnectionStatus();
  const replay = useTelltaleState(
    ({ replay, connection }) => connection.state === "CONNECTED" && replay,
  );
  const fresh = useFreshness(showDetails && !compact && !replay);
  const said = replay && !compact ? replayed(replay, props.timeZone) : fresh;
  const trip = showLatency && !compact && latency !== null ? `${Math.round(latency)} ms` : null;
  return (
    <span
      className={classes("telltale-status", compact && "telltale-compact", className)}
      data-state={state}
      data-position={position}
      data-replay={replay ? "" : undefined}
      data-stale={said.startsWith("stale") || undefined}
    >
      {mark}
      {/* Only the word is announced: figures change too often to be read aloud. */}
      <span className="telltale-word" role="status">
        {replay ? "Replay" : stateWords[state]}
      </span>
      {(said || trip) && (
        <span className="telltale-detail">{[said, trip].filter(Boolean).join(" · ")}</span>
      )}
    </span>
  );
}
