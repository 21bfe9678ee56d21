"use client";

import { memo, type ReactElement, useState } from "react";
import { clock, iso } from "./clock.ts";
import type { Frame } from "./recorder.ts";

/** A row costs time to draw: more of them only when asked for. */
const FIRST = 50;
const PEEK = 160;

const Row = memo(function Row({ frame }: { frame: Frame }): ReactElement {
  const [open, setOpen] = useState(false);
  const { at, message } = frame;
  const { type, sequence, data } = message;
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time dateTime={iso(at)}>{clock(at)}</time> <b>{type}</b>
          {sequence !== undefined && ` #${sequence}`}{" "}
          <code>{(JSON.stringify(data) ?? "").slice(0, PEEK)}</code>
        </summary>
        {open && <pre>{JSON.stringify(message, null, 2)}</pre>}
      </details>
    </li>
  );
});

/** Messages, newest first, each to be opened. */
export function FrameList({ frames }: { frames: readonly Frame[] }): ReactElement {
  const [all, setAll] = useState(false);
  const rest = all ? 0 : Math.max(0, frames.length - FIRST);
  return (
    <div className="telltale-inspector-frames">
      {frames.length === 0 && <p>No messages</p>}
      <ol aria-label="Messages, newest first">
        {frames.slice(0, frames.length - rest).map((frame) => (
          <Row key={frame.id} frame={frame} />
        ))}
      </ol>
      {rest > 0 && (
        <button type="button" onClick={() => setAll(true)}>
          Show {rest} older
        </button>
      )}
    </div>
  );
}
