import type { RequestEvent, Source } from "../event.ts";
import { readNativeEvent, unknownFields } from "../ingest/native/event.ts";
import type { Row } from "./import-rows.ts";

const sources: Readonly<Record<Source, Source>> = {
  native: "native",
  proxy: "proxy",
  otlp: "otlp",
  litellm: "litellm",
  helicone: "helicone",
  metrics: "metrics",
};

/** Columns of an export that follow from others. */
const derived = new Set(["time", "source"]);

const required = ["id", "model", "created"] as const;

/** Below this, `created` is in seconds, and read as such. */
const MILLISECONDS_FROM = 1e11;

/** The event of a row, as it was when it was exported; or why there is none. */
export function importedEvent(
  row: Row,
  now: number,
  ignored: Set<string>,
  mostIgnored: number,
): { readonly event: RequestEvent } | { readonly error: string } {
  if (row.error !== undefined) return { error: row.error };
  const { value } = row;
  if (!isRecord(value)) return { error: "expected an object" };
  for (const name of required) {
    const given = value[name];
    if (given === undefined || given === null || given === "") {
      return { error: `${name}: is required` };
    }
  }
  if (value["status"] === "in_progress") {
    return { error: "status: only finished requests are imported" };
  }
  const known = Object.fromEntries(Object.entries(value).filter(([name]) => !derived.has(name)));
  const read = readNativeEvent(known, now);
  if ("refusal" in read) return { error: read.refusal.error };
  for (const name of unknownFields(known)) if (ignored.size < mostIgnored) ignored.add(name);
  const { created } = value;
  const exact = typeof created === "number" && created >= MILLISECONDS_FROM;
  return {
    event: {
      ...read.event,
      source: sourceOf(value["source"]),
      // Reports are rounded to the millisecond; what was stored is taken as it is.
      created: exact ? created : read.event.created,
    },
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sourceOf(value: unknown): Source {
  return Object.values(sources).find((source) => source === value) ?? "native";
}
