"use client";

import { memo, type ReactElement, useState } from "react";
import { bytes } from "../components/wording.ts";
import { clock, iso } from "./clock.ts";
import { type Frame, frameTitle, laidOut } from "./frame.ts";

/** A row costs time to draw: more of them only when asked for. */
const FIRST = 50;
const PEEK = 240;

const Row = memo(function Row({ frame }: { frame: Frame }): ReactElement {
  const [open, setOpen] = useState(false);
  const { at, text, direction, sequence } = frame;
  const sent = direction === "out";
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time dateTime={iso(at)}>{clock(at)}</time>{" "}
          <span role="img" aria-label={sent ? "sent" : "received"}>
            {sent ? "↑" : "↓"}
          </span>{" "}
          <b>{frameTitle(frame)}</b>
          {sequence !== undefined && ` #${sequence}`} {bytes(frame.bytes)}{" "}
          <code>{text.slice(0, PEEK)}</code>
        </summary>
        {open && <pre>{laidOut(text)}</pre>}
      </details>
    </li>
  );
});

/** Frames, newest first, each to be opened. */
export function FrameList({ frames }: { frames: readonly Frame[] }): ReactElement {
  const [all, setAll] = useState(false);
  const rest = all ? 0 : Math.max(0, frames.length - FIRST);
  return (
    <div className="telltale-inspector-frames">
      {frames.length === 0 && <p>No frames</p>}
      <ol aria-label="Frames, newest first">
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
