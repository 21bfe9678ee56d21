import { csvFields } from "./csv.ts";
import { FieldError, type Reader, type TraceFormat, type TraceRequest, tokens } from "./format.ts";

type Fields = (column: string) => string;

/** Reads by the header's names, so that further columns and another order do not matter. */
function csvFormat(
  description: string,
  columns: readonly [string, ...string[]],
  read: (field: Fields) => TraceRequest,
): TraceFormat {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  return {
    description,
    detect: (firstLine) => {
      const header = csvFields(firstLine);
      if (!columns.every((column) => header?.some((name) => same(name, column)))) return null;
      const width = header?.length ?? 0;
      const places = new Map(
        columns.map((column) => [column, header?.findIndex((name) => same(name, column)) ?? -1]),
      );
      const reader: Reader = (line) => {
        const values = csvFields(line);
        if (values === null) throw new FieldError(null, "a quote is not closed, or stands alone");
        if (values.length !== width) {
          throw new FieldError(null, `expected ${width} columns, found ${values.length}`);
        }
        return read((column) => values[places.get(column) ?? -1] ?? "");
      };
      return { reader, headed: true };
    },
  };
}

const timestamp = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/** Unix ms with all digits of the fraction; without a zone it is UTC. */
function timeOf(column: string, text: string): number {
  const [, day, clock, fraction = ".0", zone = "Z"] = timestamp.exec(text) ?? [];
  const seconds = Date.parse(`${day}T${clock}${zone}`);
  if (Number.isNaN(seconds)) {
    throw new FieldError(column, `expected a time like 2023-11-16 18:17:03.9799600, not "${text}"`);
  }
  return seconds + Number(fraction) * 1000;
}

/** CC-BY 4.0: the source is named where the data are shown. */
const azure = csvFormat(
  "Azure LLM inference traces, CSV: TIMESTAMP,ContextTokens,GeneratedTokens",
  ["TIMESTAMP", "ContextTokens", "GeneratedTokens"],
  (field) => {
    const at = timeOf("TIMESTAMP", field("TIMESTAMP"));
    return {
      at,
      promptTokens: tokens("ContextTokens", field("ContextTokens")),
      completionTokens: tokens("GeneratedTokens", field("GeneratedTokens")),
      fields: {
        service: `Azure LLM inference trace ${new Date(at).getUTCFullYear()}, CC-BY 4.0`,
      },
    };
  },
);

const burstGpt = csvFormat(
  "BurstGPT, CSV: Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type",
  ["Timestamp", "Model", "Request tokens", "Response tokens"],
  (field) => {
    const seconds = field("Timestamp");
    if (!/^\d+(\.\d+)?$/.test(seconds)) {
      throw new FieldError("Timestamp", `expected seconds since the start, not "${seconds}"`);
    }
    const model = field("Model");
    if (model === "") throw new FieldError("Model", "expected a name, found nothing");
    return {
      at: Number(seconds) * 1000,
      promptTokens: tokens("Request tokens", field("Request tokens")),
      completionTokens: tokens("Response tokens", field("Response tokens")),
      fields: { model, service: "BurstGPT" },
    };
  },
);

export const csvFormats: readonly TraceFormat[] = [azure, burstGpt];
