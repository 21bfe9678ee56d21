"use client";

import { type ReactElement, useId } from "react";
import { stateWords } from "../components/wording.ts";
import { clock, iso } from "./clock.ts";
import type { StateChange } from "./recorder.ts";

/** The states of the connection since the inspector was mounted, newest first. */
export function StateList({ states }: { states: readonly StateChange[] }): ReactElement {
  const title = useId();
  return (
    <div className="telltale-inspector-states">
      <b id={title}>States, newest first</b>
      <ol aria-labelledby={title}>
        {states.map(({ id, at, state, why }) => (
          <li key={id}>
            <time dateTime={iso(at)}>{clock(at)}</time> {stateWords[state]}
            {why && <span className="telltale-inspector-quiet">{why}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}
