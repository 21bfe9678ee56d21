import { type Finding, note, ok, skip, warn } from "./finding.ts";
import { type Closing, type Opening, openStream } from "./socket.ts";
import type { Target } from "./target.ts";

/** Nobody's: the name cannot exist (RFC 2606). */
export const foreignOrigin = "https://telltale-doctor.invalid";

/** A server may also accept first and refuse then. */
const afterthought = 1_000;

export interface Reception {
  readonly opening: Opening;
  readonly closing: Closing | undefined;
  /** Whether it was told anything. */
  readonly heard: boolean;
}

/** Knocks as a page of somebody else would. */
export async function probeOrigin(target: Target): Promise<Reception> {
  const stream = await openStream({ ...target, origin: foreignOrigin });
  if (stream.opening.kind === "open") await stream.settled(afterthought);
  const { opening, closing, frames } = stream;
  await stream.close();
  return { opening, closing, heard: frames.length > 0 };
}

export function judgeOrigin({ opening, closing, heard }: Reception): Finding {
  if (opening.kind === "failed")
    return skip(`the second connection failed: ${opening.error.message}`);
  if (opening.kind === "refused") {
    const { status } = opening;
    if (status >= 400 && status < 429)
      return ok(`a page of another origin is refused with ${status}`);
    return note(
      `a page of another origin was answered ${status}, which says nothing about its origin`,
    );
  }
  if (closing && !heard) return ok(`a page of another origin is let go with ${closing.code}`);
  return warn(
    "a page of any origin is let in",
    "check the Origin header before the upgrade; otherwise each page that your user opens can read this stream (cross-site WebSocket hijacking)",
  );
}
