import { infoOf } from "./fields.ts";
import { printQuantity } from "./quantity.ts";
import type { Query, Term, Value } from "./query.ts";

/** The query in its canonical text: read again, it is the same query. */
export function printQuery(query: Query): string {
  return query.terms.map(printTerm).join(" ");
}

/** A value as it is written in a query: `user:${quoteValue(id)}` finds exactly this user. */
export function quoteValue(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

function printTerm(term: Term): string {
  return `${term.negated ? "-" : ""}${printCondition(term)}`;
}

function printCondition(term: Term): string {
  switch (term.kind) {
    case "text": {
      const values = term.values.map(printValue).join(",");
      return term.field === null ? values : `${term.field}:${values}`;
    }
    case "label":
      return `${term.field}:${term.values.map(printValue).join(",")}`;
    case "number": {
      const unit = infoOf(term.field).unit ?? "count";
      const sign = term.comparison === "=" ? ":" : term.comparison;
      return `${term.field}${sign}${term.values.map((value) => printQuantity(value, unit)).join(",")}`;
    }
    case "known":
      return `${term.field}:*`;
    case "flag":
      return `${term.field}:${term.value}`;
  }
}

function printValue({ text, exact }: Value): string {
  return exact ? quoteValue(text) : text;
}
