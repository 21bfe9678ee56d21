import type { SpanLink } from "../../intake.ts";
import { AgeingMap } from "../ageing-map.ts";

/** Spans that are remembered: so many to twice as many; the oldest are forgotten first. */
const mostSpans = 100_000;
/** Longer chains of parents are not followed. */
const longestChain = 128;

/** The parents of the spans that came lately, whatever batch they came in. Memory only. */
export class Spans {
  readonly #links = new AgeingMap<SpanLink>();

  add(links: readonly SpanLink[]): void {
    for (const link of links) {
      this.#links.set(link.traceId + link.spanId, link);
      if (this.#links.young >= mostSpans) this.#links.turn();
    }
  }

  /**
   * `parent`, its parent and so on, as far as they are known. Ends before a tool: what a tool calls
   * is no part of the call that asked for the tool.
   */
  *ancestors(traceId: string, parent: string | null): Generator<string> {
    let spanId = parent;
    for (let hops = 0; spanId !== null && hops < longestChain; hops++) {
      const key = traceId + spanId;
      const link = this.#links.get(key);
      if (link?.tool === true) return;
      yield spanId;
      spanId = link?.parentSpanId ?? null;
    }
  }
}
