"use client";

import type { ReactElement } from "react";
import { useConnectionStatus } from "../hooks/use-connection-status.ts";
import { useBaseStyles } from "./base-styles.ts";
import { stateWords } from "./wording.ts";

/** What `ConnectionBadge` can be told. */
export interface ConnectionBadgeProps {
  className?: string | undefined;
}

/** The state of the connection as a small badge. */
export function ConnectionBadge({ className }: ConnectionBadgeProps): ReactElement {
  useBaseStyles();
  const { state } = useConnectionStatus();
  return (
    <span className={["telltale-badge", className].filter(Boolean).join(" ")} data-state={state}>
      <span className="telltale-mark" aria-hidden="true" />
      <span className="telltale-word">{stateWords[state]}</span>
    </span>
  );
}
