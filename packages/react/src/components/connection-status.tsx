"use client";

import type { ReactElement } from "react";
import { useConnectionStatus } from "../hooks/use-connection-status.ts";
import { useBaseStyles } from "./base-styles.ts";
import { useFreshness } from "./use-freshness.ts";
import { stateWords } from "./wording.ts";

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
  className?: string | undefined;
}

/** Whether the page is live: a mark, a word and, if asked for, how old the data are. */
export function ConnectionStatus(props: ConnectionStatusProps): ReactElement {
  const { showDetails = false, showLatency = false, compact = false, position, className } = props;
  useBaseStyles();
  const { state, latency } = useConnectionStatus();
  const said = useFreshness(showDetails && !compact);
  const trip = showLatency && !compact && latency !== null ? `${Math.round(latency)} ms` : null;
  const classes = ["telltale-status", compact && "telltale-compact", className];
  return (
    <span
      className={classes.filter(Boolean).join(" ")}
      data-state={state}
      data-position={position}
      data-stale={said.startsWith("stale") || undefined}
    >
      <span className="telltale-mark" aria-hidden="true" />
      {/* Only the word is announced: figures change too often to be read aloud. */}
      <span className="telltale-word" role="status">
        {stateWords[state]}
      </span>
      {(said || trip) && (
        <span className="telltale-detail">{[said, trip].filter(Boolean).join(" · ")}</span>
      )}
    </span>
  );
}
