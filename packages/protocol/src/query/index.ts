export {
  type Completion,
  type CompletionOption,
  completeQuery,
  type KnownValues,
} from "./complete.ts";
export {
  type FieldInfo,
  type FlagField,
  fieldOf,
  fieldOfWire,
  infoOf,
  type LabelField,
  type NumberField,
  QUERY_FIELD_NAMES,
  QUERY_FIELDS,
  type QueryField,
  SEARCHED,
  type TextField,
} from "./fields.ts";
export { matcher, matches } from "./matches.ts";
export { nearestWord } from "./nearest.ts";
export { parseQuery } from "./parse.ts";
export { fold, partsOf } from "./pattern.ts";
export { printQuery, quoteValue } from "./print.ts";
export * from "./query.ts";
