import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";
import { useAlerts } from "@/services";
import {
  type Annotations,
  AnnotationsContext,
  type Limit,
  type Mark,
} from "../charts/annotations.ts";
import { clockTime } from "../format/time.ts";
import { useSpan } from "../range/use-span.ts";
import { type AlertEvent, fetchAlertEvents } from "../services/alerts.ts";
import { alertFigure, figureOf } from "./rule-words.ts";
import { useRules } from "./use-alert-data.ts";

/** More lines than this hide what they are drawn on. */
const MOST = 60;

/** Draws on all charts within what fired and was resolved, and the limits of the rules in force. */
export function AlertAnnotations({ children }: { readonly children: ReactNode }) {
  const { from, to, live } = useSpan(30);
  const asked = { from, to };
  const { data, refetch } = useQuery({
    queryKey: ["alert events", "marks", asked],
    queryFn: ({ signal }) => fetchAlertEvents({ ...asked, limit: MOST }, signal),
    placeholderData: keepPreviousData,
  });
  const { alerts } = useAlerts();
  const newest = alerts.find(({ state }) => state !== "pending");
  const news = newest && `${newest.id} ${newest.state}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest alert says when to ask anew
  useEffect(() => {
    if (live && news !== undefined) void refetch();
  }, [news, live]);

  const rules = useRules().data?.rules;
  const annotations = useMemo((): Annotations => {
    const limits = new Map<string, Limit[]>();
    for (const rule of rules ?? []) {
      if (rule.kind !== "threshold" || !rule.enabled) continue;
      const limit = {
        value: rule.value,
        word: `${rule.name} ${figureOf(rule.metric, rule.value)}`,
      };
      limits.set(rule.metric, [...(limits.get(rule.metric) ?? []), limit]);
    }
    const marks = (data?.events ?? [])
      .filter(({ state }) => state !== "acknowledged")
      .map(markOf)
      .reverse();
    return { marks, limits };
  }, [data, rules]);
  return <AnnotationsContext value={annotations}>{children}</AnnotationsContext>;
}

/** An event as charts draw it and tell it: rule, model, value and time. */
export function markOf(event: AlertEvent): Mark {
  const { at, name, model, subject, value, threshold } = event;
  const fired = event.state === "firing";
  const word = fired ? "fired" : "resolved";
  const of = model ?? subject;
  const figure = value !== undefined && alertFigure(event, value);
  const limit = threshold !== undefined && alertFigure(event, threshold);
  const said = [
    `${name} ${word}`,
    of,
    figure && limit ? `${figure}, limit ${limit}` : figure,
    clockTime(at),
  ];
  return {
    at,
    word,
    name,
    detail: said.filter(Boolean).join(" · "),
    tone: fired ? "bad" : "good",
  };
}
