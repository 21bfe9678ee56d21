"use client";

import { type ReactElement, useState } from "react";
import type { Frame } from "./frame.ts";

const counted = (count: number): string => `${count} ${count === 1 ? "frame" : "frames"}`;

async function copy(frames: readonly Frame[]): Promise<string> {
  try {
    // Absent where the page was not loaded over a secure connection.
    await navigator.clipboard.writeText(frames.map(({ text }) => text).join("\n"));
    return `Copied ${counted(frames.length)}`;
  } catch {
    return "The browser does not let this page copy";
  }
}

/** Puts the frames that are shown into the clipboard, newest first, one a line. */
export function CopyButton({ frames }: { frames: readonly Frame[] }): ReactElement {
  const [outcome, setOutcome] = useState("");
  return (
    <>
      <button type="button" onClick={() => void copy(frames).then(setOutcome)}>
        Copy
      </button>
      <span role="status" className="telltale-inspector-quiet">
        {outcome}
      </span>
    </>
  );
}
