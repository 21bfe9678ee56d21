import type { RawFrame } from "@telltale/client";

/** A frame with what it holds. */
export interface Frame extends RawFrame {
  readonly id: number;
  /** Types of its messages, in order; none when it could not be read. */
  readonly types: readonly string[];
  /** Of a frame that is one message, where it counts. */
  readonly sequence: number | undefined;
}

function messages(text: string): { type?: unknown; sequence?: unknown }[] {
  try {
    const content: unknown = JSON.parse(text);
    return (Array.isArray(content) ? content : [content]).filter(
      (one) => typeof one === "object" && one !== null,
    );
  } catch {
    return [];
  }
}

export function readFrame(id: number, frame: RawFrame): Frame {
  const found = messages(frame.text);
  const sequence = found.length === 1 ? found[0]?.sequence : undefined;
  return {
    ...frame,
    id,
    types: found.map(({ type }) => (typeof type === "string" ? type : "?")),
    sequence: typeof sequence === "number" ? sequence : undefined,
  };
}

/** `metrics_update`, `request_update and 3 more`, `not readable`. */
export function frameTitle({ types }: Frame): string {
  const [first, ...rest] = types;
  if (first === undefined) return "not readable";
  return rest.length > 0 ? `${first} and ${rest.length} more` : first;
}

/** The text laid out to be read, or as it is. */
export function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
