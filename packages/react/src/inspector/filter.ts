import type { Frame } from "./frame.ts";

/** Which frames are wanted; empty means any. */
export interface Filter {
  readonly type: string;
  readonly direction: "" | Frame["direction"];
  /** Found anywhere in the frame, whatever the case. */
  readonly text: string;
}

export const EVERYTHING: Filter = { type: "", direction: "", text: "" };

export function matches({ type, direction, text }: Filter, frame: Frame): boolean {
  return (
    (!type || frame.types.includes(type)) &&
    (!direction || frame.direction === direction) &&
    (!text || frame.text.toLowerCase().includes(text.toLowerCase()))
  );
}
