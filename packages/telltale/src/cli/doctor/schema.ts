import { downSchemas } from "@telltale/protocol";
import { excerpt, type Finding, fail, ok, skip, warn } from "./finding.ts";
import type { Reading } from "./messages.ts";

const mostNamed = 3;

/** Whether what came is what the contract says; values are never shown, only where they stand. */
export function judgeSchema({ messages, faults, arrays }: Reading): Finding {
  if (faults.size > 0) {
    const named = [...faults]
      .slice(0, mostNamed)
      .map(([what, times]) => `${excerpt(what)} (${times}×)`);
    const more = faults.size > mostNamed ? `; and ${faults.size - mostNamed} other faults` : "";
    return fail(named.join("; ") + more, "send what PROTOCOL.md says: these messages are dropped");
  }
  if (messages.length === 0) return skip("no message came");
  const counts = new Map<string, number>();
  for (const { envelope } of messages)
    counts.set(envelope.type, (counts.get(envelope.type) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const list = (known: boolean): string =>
    sorted
      .filter(([type]) => downSchemas.has(type) === known)
      .slice(0, 12)
      .map(([type, times]) => `${times} ${excerpt(type, 40)}`)
      .join(", ");
  const own = list(false);
  const measured = `${list(true) || "none of a known type"}${own ? `; of its own: ${own}` : ""}`;
  if (arrays > 0) {
    return warn(
      `${measured}; ${arrays} frames hold several`,
      "send one envelope per frame until the client has said hello with batch: true",
    );
  }
  return ok(measured);
}
