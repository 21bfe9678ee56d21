"use client";

import type { ReactElement } from "react";
import { useTelltaleState } from "../hooks/use-telltale-state.ts";
import { useBaseStyles } from "./base-styles.ts";
import { classes, mark } from "./mark.tsx";
import { stateWords } from "./wording.ts";

/** What `ConnectionBadge` can be told. */
export interface ConnectionBadgeProps {
  className?: string | undefined;
}

/** The state of the connection as a small badge. */
export function ConnectionBadge({ className }: ConnectionBadgeProps): ReactElement {
  useBaseStyles();
  const { state, replay } = useTelltaleState(({ connection, replay }) => ({
    state: connection.state,
    replay: connection.state === "CONNECTED" && replay !== null,
  }));
  return (
    <span
      className={classes("telltale-badge", className)}
      data-state={state}
      data-replay={replay ? "" : undefined}
    >
      {mark}
      <span className="telltale-word">{replay ? "Replay" : stateWords[state]}</span>
    </span>
  );
}
