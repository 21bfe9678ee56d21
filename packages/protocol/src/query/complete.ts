import { fieldOf, infoOf, QUERY_FIELDS, type QueryField } from "./fields.ts";
import { fold } from "./pattern.ts";
import { quoteValue } from "./print.ts";

/** Values worth offering, by field: models, providers, users that were seen. */
export type KnownValues = Partial<Readonly<Record<QueryField, readonly string[]>>>;

export interface CompletionOption {
  readonly kind: "field" | "operator" | "value";
  /** What takes the place of the text from `from` to `to`. */
  readonly insert: string;
  /** What the list shows. */
  readonly label: string;
  readonly about: string;
}

export interface Completion {
  /** Place in the text, from 0. */
  readonly from: number;
  readonly to: number;
  readonly options: readonly CompletionOption[];
}

const MOST = 50;

const operators: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  number: [
    [">", "more than"],
    [">=", "at least"],
    ["<", "less than"],
    ["<=", "at most"],
    [":", "exactly; * for any that is known"],
  ],
  label: [[":", "is; a,b for either, * for any characters"]],
  text: [[":", "holds the text"]],
  flag: [[":", "true or false"]],
};

const samples: Readonly<Record<string, readonly string[]>> = {
  duration: ["500ms", "1s", "2s", "5s", "10s", "1m"],
  money: ["0.001", "0.01", "0.1", "1"],
  count: ["100", "1k", "10k", "100k"],
};

/** What could stand at `cursor` (from 0): fields, operators, or values of the field at hand. */
export function completeQuery(text: string, cursor: number, known: KnownValues = {}): Completion {
  const end = Math.max(0, Math.min(cursor, text.length));
  const from = wordStart(text, end);
  const word = text.slice(from, end);
  const [, minus = "", name = "", sign = "", rest = ""] =
    /^(-?)([A-Za-z_]\w*)?(!=|>=|<=|[:=<>])?(.*)$/s.exec(word) ?? [];
  const field = fieldOf(name);
  if (sign !== "" && field !== undefined) {
    const start = end - rest.length + valueStart(rest);
    return { from: start, to: end, options: valuesOf(field, text.slice(start, end), known) };
  }
  if (word.startsWith('"') || sign !== "" || rest !== "")
    return { from: end, to: end, options: [] };
  if (field !== undefined && name.toLowerCase() in QUERY_FIELDS) {
    const options = (operators[infoOf(field).kind] ?? []).map(([insert, about]) => ({
      kind: "operator" as const,
      insert,
      label: `${field}${insert}`,
      about,
    }));
    const longer = fieldsOf(name).filter(({ label }) => label !== field);
    return longer.length === 0 || options.length === 0
      ? { from: end, to: end, options }
      : { from: from + minus.length, to: end, options: [...options.map(inWhole(name)), ...longer] };
  }
  return { from: from + minus.length, to: end, options: fieldsOf(name) };
}

/** The operator with the field before it, for a list that also has longer fields. */
function inWhole(name: string): (option: CompletionOption) => CompletionOption {
  return (option) => ({ ...option, insert: `${name}${option.insert}` });
}

function fieldsOf(begun: string): CompletionOption[] {
  const wanted = begun.toLowerCase();
  return Object.entries(QUERY_FIELDS)
    .filter(([name, { aliases }]) => [name, ...aliases].some((known) => known.startsWith(wanted)))
    .map(([name, { kind, about }]) => ({
      kind: "field",
      insert: kind === "number" ? name : `${name}:`,
      label: name,
      about,
    }));
}

function valuesOf(field: QueryField, begun: string, known: KnownValues): CompletionOption[] {
  const info = infoOf(field);
  const all =
    info.values ??
    (info.kind === "flag" ? ["true", "false"] : info.unit ? samples[info.unit] : known[field]) ??
    [];
  const wanted = fold(begun.replace(/^"/, ""));
  return all
    .filter((value) => fold(value).includes(wanted))
    .sort((a, b) => Number(fold(b).startsWith(wanted)) - Number(fold(a).startsWith(wanted)))
    .slice(0, MOST)
    .map((value) => ({ kind: "value", insert: written(value), label: value, about: info.about }));
}

/** In quotes only where it would not be read as it stands. */
function written(value: string): string {
  return value === "" || /[\s,"*]/.test(value) ? quoteValue(value) : value;
}

/** Where the term at the end of `text.slice(0, end)` begins: after the last space outside quotes. */
function wordStart(text: string, end: number): number {
  let start = 0;
  let quoted = false;
  for (let i = 0; i < end; i++) {
    const letter = text[i] ?? "";
    if (quoted && letter === "\\") i++;
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && /\s/.test(letter)) start = i + 1;
  }
  return start;
}

/** Where the last value of a list begins. */
function valueStart(list: string): number {
  let start = 0;
  let quoted = false;
  for (let i = 0; i < list.length; i++) {
    const letter = list[i] ?? "";
    if (quoted && letter === "\\") i++;
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && letter === ",") start = i + 1;
  }
  return start;
}
