import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { fetchPreview, type Preview, type RuleBody } from "../services/alerts.ts";
import { objectionOf } from "../services/objection.ts";

/** Nobody wants a rule tried at each letter. */
const PAUSE_MS = 400;
const DAY_MS = 86_400_000;

export interface Tried {
  readonly preview: Preview | undefined;
  readonly state: "asking" | "ready" | "wrong" | "failed";
  readonly failure: string | undefined;
  /** The field that the server objects to, and its objection. */
  readonly problem: { readonly path: string; readonly text: string } | undefined;
}

/** The server's objection to a rule, by field: "value: expected a number". */
export function problemOf(error: unknown): Tried["problem"] {
  const { path, text } = objectionOf(error);
  return path === undefined ? undefined : { path: path.replace(/^rule\./, ""), text };
}

/** Tries the rule on the last day, a moment after it was last changed. */
export function usePreview(rule: RuleBody): Tried {
  const wanted = JSON.stringify({
    ...rule,
    // A name is asked for when it is saved; the past does not need one.
    name: rule["name"] || "New rule",
    enabled: true,
  });
  const [settled, setSettled] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const { data, error, isFetching } = useQuery({
    queryKey: ["alert preview", settled],
    queryFn: ({ signal }) => {
      const to = Date.now();
      return fetchPreview(JSON.parse(settled) as RuleBody, { from: to - DAY_MS, to }, signal);
    },
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
  });
  const problem = problemOf(error);
  const waiting = isFetching || settled !== wanted;
  return {
    preview: error ? undefined : data,
    state: problem ? "wrong" : error ? "failed" : waiting ? "asking" : "ready",
    failure: error?.message,
    problem,
  };
}
