import type { RequestUpdate } from "../messages/request-update.ts";
import { infoOf, SEARCHED } from "./fields.ts";
import { fits, fold, partsOf } from "./pattern.ts";
import type { Comparison, Query, Term, Value } from "./query.ts";

type Test = (request: RequestUpdate) => boolean;

const prepared = new WeakMap<Query, (request: RequestUpdate) => boolean>();

/** Whether a request passes; as the server's history judges it. */
export function matches(query: Query, request: RequestUpdate): boolean {
  let test = prepared.get(query);
  if (test === undefined) {
    test = matcher(query);
    prepared.set(query, test);
  }
  return test(request);
}

/** The same, prepared once for many requests. */
export function matcher(query: Query): (request: RequestUpdate) => boolean {
  const tests = query.terms.map((term) => {
    const holds = testOf(term);
    return (request: RequestUpdate): boolean => holds(request) !== term.negated;
  });
  return (request) => tests.every((test) => test(request));
}

function testOf(term: Term): Test {
  switch (term.kind) {
    case "text": {
      const fields = term.field === null ? SEARCHED : [infoOf(term.field).wire];
      const found = term.values.map(containing);
      return (request) =>
        fields.some((field) => {
          const text = read(request, field);
          return typeof text === "string" && found.some((test) => test(fold(text)));
        });
    }
    case "label": {
      const { wire } = infoOf(term.field);
      const equal = term.values.map(equalling);
      return (request) => {
        const text = read(request, wire);
        return typeof text === "string" && equal.some((test) => test(text));
      };
    }
    case "number": {
      const { wire } = infoOf(term.field);
      const compare = comparisons[term.comparison];
      return (request) => {
        const number = read(request, wire);
        return typeof number === "number" && term.values.some((value) => compare(number, value));
      };
    }
    case "known": {
      const { wire } = infoOf(term.field);
      return (request) => typeof read(request, wire) === "number";
    }
    case "flag": {
      const { wire } = infoOf(term.field);
      return (request) => (read(request, wire) === true) === term.value;
    }
  }
}

const comparisons: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
};

function containing({ text, exact }: Value): (folded: string) => boolean {
  const wanted = fold(text);
  if (exact || !wanted.includes("*")) return (folded) => folded.includes(wanted);
  const parts = ["", ...partsOf(wanted), ""];
  return (folded) => fits(folded, parts);
}

function equalling({ text, exact }: Value): (label: string) => boolean {
  if (exact) return (label) => label === text;
  const parts = partsOf(fold(text));
  return (label) => fits(fold(label), parts);
}

function read(request: Readonly<Record<string, unknown>>, field: string): unknown {
  return Object.hasOwn(request, field) ? request[field] : undefined;
}
