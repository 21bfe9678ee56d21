import type { AlertUpdate } from "@telltale/protocol";
import { alertFigure, metricName } from "./rule-words.ts";

type Told = Pick<
  AlertUpdate,
  "message" | "kind" | "metric" | "value" | "threshold" | "subject" | "model"
> & { readonly state: AlertUpdate["state"] | "acknowledged" };

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
  if (alert.kind !== "threshold" || value === undefined || threshold === undefined) {
    return capital(message.replace(metric, metricName(metric)));
  }
  const side = value > threshold ? "above" : value < threshold ? "below" : "at";
  const about = alert.subject ?? alert.model;
  const figure = alertFigure(alert, value);
  const limit = alertFigure(alert, threshold);
  return `${metricName(metric)}${about ? ` of ${about}` : ""} was ${figure} ${moments[state]}, ${state === "resolved" ? "back from" : side} ${limit}`;
}

function capital(text: string): string {
  return /^p\d/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
