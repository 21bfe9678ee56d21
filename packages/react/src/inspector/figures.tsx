"use client";

import type { ReactElement } from "react";
import { type StatRow, statRows } from "../components/stat-rows.ts";
import { useEachSecond } from "../components/use-each-second.ts";
import { bytes } from "../components/wording.ts";
import type { Recording } from "./recorder.ts";

function rateRows({ messagesPerSecond, bytesPerSecond }: Recording): StatRow[] {
  if (messagesPerSecond === null || bytesPerSecond === null) return [];
  return [
    ["Messages per second", messagesPerSecond.toFixed(1)],
    ["Received per second", bytes(Math.round(bytesPerSecond))],
  ];
}

/** Rates over five seconds, and the connection. */
export function Figures({ recording }: { recording: Recording }): ReactElement {
  const rows: StatRow[] = JSON.parse(
    useEachSecond((info, now) => JSON.stringify(statRows(info, now, false))),
  );
  return (
    <dl className="telltale-inspector-figures">
      {[...rateRows(recording), ...rows].map(([label, value, reason]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd title={reason}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
