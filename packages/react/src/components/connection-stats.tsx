"use client";

import type { ReactElement } from "react";
import { useConnectionStatus } from "../hooks/use-connection-status.ts";
import { useBaseStyles } from "./base-styles.ts";
import { classes, mark } from "./mark.tsx";
import { type StatRow, statRows } from "./stat-rows.ts";
import { useEachSecond } from "./use-each-second.ts";
import { stateWords } from "./wording.ts";

/** What `ConnectionStats` can be told. */
export interface ConnectionStatsProps {
  /** State, uptime, latency and messages only, in one line. */
  compact?: boolean | undefined;
  /** Classes of your own; they win over the base look. */
  className?: string | undefined;
}

/**
 * The connection in figures: state, transport, uptime, latency, messages, bytes received and sent,
 * reconnect attempts of this outage, last error. They are looked up once a second.
 */
export function ConnectionStats({
  compact = false,
  className,
}: ConnectionStatsProps): ReactElement {
  useBaseStyles();
  const { state } = useConnectionStatus();
  const rows: StatRow[] = JSON.parse(
    useEachSecond((info, now) => JSON.stringify(statRows(info, now, compact))),
  );
  return (
    <dl className={classes("telltale-stats", compact && "telltale-compact", className)}>
      <div>
        <dt>State</dt>
        <dd data-state={state}>
          {mark} {/* Only the word is announced: figures change too often to be read aloud. */}
          <span role="status">{stateWords[state]}</span>
        </dd>
      </div>
      {rows.map(([label, value, reason]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd title={reason}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
