"use client";

import type { ReactElement } from "react";
import { stateWords } from "../components/wording.ts";
import { clock, iso } from "./clock.ts";
import type { StateChange } from "./recorder.ts";

/** The states of the connection since the inspector was mounted, newest first. */
export function StateList({ states }: { states: readonly StateChange[] }): ReactElement {
  return (
    <ol className="telltale-inspector-states" aria-label="States, newest first">
      {states.map(({ id, at, state, why }) => (
        <li key={id}>
          <time dateTime={iso(at)}>{clock(at)}</time> {stateWords[state]}
          {why && <span className="telltale-inspector-quiet">{why}</span>}
        </li>
      ))}
    </ol>
  );
}
