"use client";

import { type ReactElement, useState, useSyncExternalStore } from "react";
import { CopyButton } from "./copy-button.tsx";
import { Figures } from "./figures.tsx";
import { EVERYTHING, matches } from "./filter.ts";
import { FilterFields } from "./filter-fields.tsx";
import type { Frame } from "./frame.ts";
import { FrameList } from "./frame-list.tsx";
import type { Recorder } from "./recorder.ts";
import { StateList } from "./state-list.tsx";
import { Subscriptions } from "./subscriptions.tsx";
import { TypeTable } from "./type-table.tsx";

interface PanelProps {
  id: string;
  recorder: Recorder;
  dock: "bottom" | "right";
  onDock: () => void;
}

/** The open inspector. */
export function Panel({ id, recorder, dock, onDock }: PanelProps): ReactElement {
  const recording = useSyncExternalStore(recorder.subscribe, recorder.getRecording);
  const [held, setHeld] = useState<readonly Frame[] | null>(null);
  const [filter, setFilter] = useState(EVERYTHING);

  const { frames, types, states } = recording;
  const shown = (held ?? frames).filter((frame) => matches(filter, frame));
  const newest = held?.[0]?.id ?? -1;
  const missed = held ? frames.filter((frame) => frame.id > newest).length : 0;
  return (
    <div id={id} className="telltale-inspector-panel">
      <div className="telltale-inspector-bar">
        <FilterFields filter={filter} types={types.keys()} onChange={setFilter} />
        <button
          type="button"
          aria-pressed={held !== null}
          onClick={() => setHeld(held ? null : frames)}
        >
          Pause
        </button>
        <button
          type="button"
          onClick={() => {
            recorder.clear();
            setHeld(held && []);
          }}
        >
          Clear
        </button>
        <button type="button" onClick={onDock}>
          Dock {dock === "bottom" ? "right" : "at the bottom"}
        </button>
        <CopyButton frames={shown} />
        {held && <span className="telltale-inspector-quiet">{missed} newer</span>}
      </div>
      <div className="telltale-inspector-body">
        <div className="telltale-inspector-side">
          <Figures recording={recording} />
          <Subscriptions />
          <TypeTable types={types} />
          <StateList states={states} />
        </div>
        <FrameList frames={shown} />
      </div>
    </div>
  );
}
