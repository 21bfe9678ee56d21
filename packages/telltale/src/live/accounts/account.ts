import { endOf, type RequestEvent, type Source } from "../../event.ts";

/** Where a call stands in its trace. */
export interface Place {
  /** Its own span; null for one that has none, such as a proxied call. */
  readonly spanId: string | null;
  readonly parentSpanId: string | null;
}

/** A counted request, as far as another account of it is to be recognised. */
export interface Account {
  readonly id: string;
  /** Learned from the account that joined, where its own did not tell. */
  traceId: string | null;
  /** That of the innermost account. */
  responseId: string | null;
  readonly model: string;
  readonly embeddings: boolean;
  /** Unix ms. */
  readonly created: number;
  /** Unix ms. */
  readonly end: number;
  /** When it was stored, Unix ms. */
  readonly storedAt: number;
  /** The doors it has come in by. */
  sources: readonly Source[];
  /** Its own place, and those of the accounts that joined it. */
  places: readonly Place[];
}

/** What is kept of an event to recognise it by; enough to be read back from the store. */
export type Known = Pick<
  RequestEvent,
  "id" | "source" | "model" | "endpoint" | "created" | "latencyMs" | "traceId" | "responseId"
>;

const NOWHERE: Place = { spanId: null, parentSpanId: null };
/** Most accounts have neither a place nor another source: these lists are the same for all of them. */
const NO_PLACE: readonly Place[] = [NOWHERE];
const only = new Map<Source, readonly Source[]>();

/** Places are part of the id, so that they survive a restart. */
export function placeOf({ id, source }: Pick<RequestEvent, "id" | "source">): Place {
  if (source === "otlp") {
    const found = /^otlp-[0-9a-f]{32}-([0-9a-f]{16})(?:-([0-9a-f]{16}))?$/.exec(id);
    return { spanId: found?.[1] ?? null, parentSpanId: found?.[2] ?? null };
  }
  const parent = source === "proxy" ? /\.([0-9a-f]{16})$/.exec(id)?.[1] : undefined;
  return parent === undefined ? NOWHERE : { spanId: null, parentSpanId: parent };
}

export function accountOf(event: Known, storedAt: number): Account {
  const sources = only.get(event.source) ?? [event.source];
  only.set(event.source, sources);
  const place = placeOf(event);
  return {
    id: event.id,
    traceId: event.traceId,
    responseId: event.responseId,
    model: event.model,
    embeddings: embeds(event),
    created: event.created,
    end: event.created + (event.latencyMs ?? 0),
    storedAt,
    sources,
    places: place === NOWHERE ? NO_PLACE : [place],
  };
}

export function embeds(event: Pick<RequestEvent, "endpoint">): boolean {
  return /embed/i.test(event.endpoint ?? "");
}

/** Clocks of two machines may differ by so much, ms. */
const skew = 5_000;

/** Whether two spans of time overlap, give or take what clocks differ by. */
export function overlap(account: Account, event: RequestEvent): boolean {
  return event.created <= account.end + skew && endOf(event) >= account.created - skew;
}

/** What is measured at both ends of one connection differs by less, ms. */
const near = 1_000;

/** Whether two spans of time begin and end together. */
export function together(account: Account, event: RequestEvent): boolean {
  return (
    Math.abs(event.created - account.created) <= near &&
    Math.abs(endOf(event) - account.end) <= near
  );
}

/** How far apart they begin and end, ms. */
export function distance(account: Account, event: RequestEvent): number {
  return Math.abs(event.created - account.created) + Math.abs(endOf(event) - account.end);
}

/**
 * Whether two names may be one model's: equal, or one goes on where the other ends (`gpt-4o` and
 * `gpt-4o-2024-08-06`), whatever gateway's name stands before a slash. An unknown one may be any.
 */
export function sameModel(one: string, other: string): boolean {
  const a = plainName(one);
  const b = plainName(other);
  return a === "unknown" || b === "unknown" || a.startsWith(b) || b.startsWith(a);
}

export function plainName(model: string): string {
  return model.slice(model.lastIndexOf("/") + 1).toLowerCase();
}
