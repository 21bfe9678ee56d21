import type { AlertUpdate } from "@telltale/protocol";
import { useSyncExternalStore } from "react";

/** Something that happened to an alert while this page was open, or before it was opened. */
export interface News {
  readonly key: string;
  readonly alert: AlertUpdate;
  readonly state: "firing" | "resolved" | "acknowledged";
  /** Unix ms. */
  readonly at: number;
  readonly read: boolean;
}

/** What a session keeps; the page of alerts has them all. */
const MOST = 50;

const MOST_KNOWN = 5_000;

type Known = ReadonlyMap<string, { readonly state: string; readonly acknowledged: boolean }>;

function knownOf(alerts: readonly AlertUpdate[]): Known {
  return new Map(
    alerts.map(({ id, state, acknowledged_at: at }) => [
      id,
      { state, acknowledged: at !== undefined },
    ]),
  );
}

/**
 * What is new in `alerts` against what was known. A pending alert is none yet, and one that did not
 * last is none at all.
 */
export function newsOf(known: Known, alerts: readonly AlertUpdate[]): Omit<News, "read">[] {
  const found: Omit<News, "read">[] = [];
  for (const alert of alerts) {
    const before = known.get(alert.id);
    const say = (state: News["state"], at: number): void => {
      found.push({ key: `${alert.id} ${state}`, alert, state, at });
    };
    if (alert.state === "firing" && before?.state !== "firing") {
      say("firing", alert.fired_at ?? alert.timestamp);
    }
    if (alert.state === "resolved" && before?.state === "firing") {
      say("resolved", alert.resolved_at ?? alert.timestamp);
    }
    if (alert.acknowledged_at !== undefined && before && !before.acknowledged) {
      say("acknowledged", alert.acknowledged_at);
    }
  }
  return found.sort((a, b) => b.at - a.at);
}

let known: Known | null = null;
let news: readonly News[] = [];
const listeners = new Set<() => void>();

function change(next: readonly News[]): void {
  news = next;
  for (const listener of listeners) listener();
}

/**
 * Takes in the alerts as they stand and answers what is new. What fired before the page was opened
 * is listed, but not new: nobody is to be woken by opening a page.
 */
export function takeIn(alerts: readonly AlertUpdate[]): readonly Omit<News, "read">[] {
  const first = known === null;
  const found = newsOf(known ?? new Map(), alerts);
  // What is out of sight for a while, as in a replay, is not new when it is back.
  known = new Map([...(known ?? []), ...knownOf(alerts)].slice(-MOST_KNOWN));
  if (found.length === 0) return [];
  const keys = new Set(found.map(({ key }) => key));
  change(
    [
      ...found.map((one) => ({ ...one, read: first })),
      ...news.filter(({ key }) => !keys.has(key)),
    ].slice(0, MOST),
  );
  return first ? [] : found;
}

export function markRead(): void {
  if (news.some(({ read }) => !read)) change(news.map((one) => ({ ...one, read: true })));
}

/** Forgets everything, as when a page is opened. */
export function forgetNews(): void {
  known = null;
  change([]);
}

/** Newest first. */
export function useNews(): readonly News[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => news,
  );
}
