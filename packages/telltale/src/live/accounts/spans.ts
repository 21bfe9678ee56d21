import type { SpanLink } from "../../intake.ts";

/** Spans that are remembered; the oldest are forgotten first. */
const mostSpans = 200_000;
/** Longer chains of parents are not followed. */
const longestChain = 128;

/** The parents of the spans that came lately, whatever batch they came in. Memory only. */
export class Spans {
  readonly #links = new Map<string, SpanLink>();

  add(links: readonly SpanLink[]): void {
    for (const link of links) {
      const key = link.traceId + link.spanId;
      this.#links.delete(key);
      this.#links.set(key, link);
    }
    for (const key of this.#links.keys()) {
      if (this.#links.size <= mostSpans) break;
      this.#links.delete(key);
    }
  }

  /**
   * `parent`, its parent and so on, as far as they are known. Ends before a tool: what a tool calls
   * is no part of the call that asked for the tool.
   */
  *ancestors(traceId: string, parent: string | null): Generator<string> {
    let spanId = parent;
    for (let hops = 0; spanId !== null && hops < longestChain; hops++) {
      const link = this.#links.get(traceId + spanId);
      if (link?.tool === true) return;
      yield spanId;
      spanId = link?.parentSpanId ?? null;
    }
  }
}
