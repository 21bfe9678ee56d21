import type { AlertUpdate } from "@telltale/protocol";

/** One message to one channel: the alerts that gathered for it. */
export interface Message {
  /** The same for every attempt, so that a receiver can drop a repeat. */
  readonly id: string;
  readonly alerts: readonly AlertUpdate[];
  /** Alerts beyond what one message holds. */
  readonly omitted: number;
  readonly test: boolean;
}

/** What came of one attempt. */
export type Outcome =
  | { readonly ok: true; readonly detail: string }
  | {
      readonly ok: false;
      readonly detail: string;
      /** Whether another attempt may succeed. */
      readonly retry: boolean;
      /** What the receiver asked to wait, ms. */
      readonly retryAfter?: number;
    };

/** Sends one message; never throws. */
export type Send = (message: Message, now: number) => Promise<Outcome>;

export interface Headline {
  readonly firing: number;
  readonly resolved: number;
  /** One line for all of it. */
  readonly text: string;
}

export function headlineOf({ alerts, omitted, test }: Message): Headline {
  const firing = alerts.filter(({ state }) => state === "firing").length;
  const resolved = alerts.length - firing;
  const [only] = alerts;
  if (test) return { firing, resolved, text: "[TEST] Telltale reaches this channel" };
  if (only !== undefined && alerts.length === 1 && omitted === 0) {
    return { firing, resolved, text: `[${wordOf(only)}] ${titleOf(only)}` };
  }
  const parts = [
    firing > 0 ? `${firing} firing` : "",
    resolved > 0 ? `${resolved} resolved` : "",
    omitted > 0 ? `${omitted} more` : "",
  ];
  return { firing, resolved, text: `[ALERTS] ${parts.filter(Boolean).join(", ")}` };
}

/** `FIRING` or `RESOLVED`. */
export function wordOf({ state }: AlertUpdate): string {
  return state.toUpperCase();
}

/** The rule, and what it is about. */
export function titleOf({ name, subject }: AlertUpdate): string {
  return subject === undefined ? name : `${name}: ${subject}`;
}
