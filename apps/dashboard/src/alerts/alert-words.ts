import type { AlertUpdate } from "@telltale/protocol";
import { alertFigure, metricName } from "./rule-words.ts";

type Told = Pick<
  AlertUpdate,
  "message" | "kind" | "metric" | "value" | "threshold" | "subject" | "model"
> & { readonly state: AlertUpdate["state"] | "acknowledged" };

const RELATION = / is [^,]+, (at or above|above|at or below|below|back from) /;

const moments: Readonly<Record<Told["state"], string>> = {
  pending: "when it began",
  firing: "when it fired",
  acknowledged: "when it fired",
  resolved: "when it was over",
};

/**
 * What an alert says, in the words and figures of the page. The server's own sentence names metrics
 * as rules and programs do, and stands still while the figure moves: hence the moment.
 */
export function alertInWords(alert: Told): string {
  const { message, metric, value, threshold, state } = alert;
  if (metric === undefined) return message;
  const relation = RELATION.exec(message)?.[1];
  if (
    alert.kind !== "threshold" ||
    relation === undefined ||
    value === undefined ||
    threshold === undefined
  ) {
    return capital(message.replace(metric, metricName(metric)));
  }
  const about = alert.subject ?? alert.model;
  const figure = alertFigure(alert, value);
  const limit = alertFigure(alert, threshold);
  return `${metricName(metric)}${about ? ` of ${about}` : ""} was ${figure} ${moments[state]}, ${relation} ${limit}`;
}

function capital(text: string): string {
  return /^p\d/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
