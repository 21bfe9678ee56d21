import { enriched } from "../../enrich.ts";
import type { RequestEvent } from "../../event.ts";
import type { Role } from "./operation.ts";
import type { Span } from "./span.ts";

/** A span that is a call of a model, and that call. */
export interface Call {
  readonly span: Span;
  readonly request: RequestEvent;
}

/** Longer chains of parents are not followed. */
const longestChain = 128;

function key(span: Span, id: string): string {
  return `${span.traceId}${id}`;
}

/**
 * Each call once, where two instrumentations saw it: a framework's span around an SDK's. The innermost
 * is counted, for it is nearest to the wire: retries within one outer span are several calls, with a
 * status and tokens each. An outer span around exactly one call is that call's second account and fills
 * in what the inner one lacks. Chat and embeddings never stand for each other, and a call that a
 * tool makes within a call is another call.
 *
 * Only spans of one batch are compared here; across batches the pipeline does the same with what it
 * remembers (live/accounts). Ids of requests do not depend on the comparison.
 */
export function distinctCalls(
  spans: readonly Span[],
  roleOf: (span: Span) => Role,
  calls: readonly Call[],
): RequestEvent[] {
  const spanByKey = new Map(spans.map((span) => [key(span, span.spanId), span]));
  const callBySpan = new Map(calls.map((call) => [call.span, call]));
  const outerOf = new Map<Call, Call>();
  const within = new Map<Call, number>();

  const enclosing = (call: Call): Call | undefined => {
    let found: Call | undefined;
    let { span } = call;
    for (let hops = 0; span.parentSpanId !== null && hops < longestChain; hops++) {
      const parent = spanByKey.get(key(span, span.parentSpanId));
      if (parent === undefined || (found === undefined && roleOf(parent) === "tool")) break;
      if (parent === call.span) return undefined; // A circle has no outside.
      const outer = callBySpan.get(parent);
      const alike =
        outer !== undefined &&
        (outer.request.endpoint === "embeddings") === (call.request.endpoint === "embeddings");
      if (found === undefined && alike) found = outer;
      span = parent;
    }
    return found;
  };

  for (const call of calls) {
    const outer = enclosing(call);
    if (outer === undefined) continue;
    outerOf.set(call, outer);
    within.set(outer, (within.get(outer) ?? 0) + 1);
  }
  return calls
    .filter((call) => !within.has(call))
    .map((call) => {
      let { request } = call;
      let outer = outerOf.get(call);
      while (outer !== undefined && within.get(outer) === 1) {
        request = enriched(request, outer.request);
        outer = outerOf.get(outer);
      }
      return request;
    });
}
