import type { AnyEnvelope, Notice } from "@telltale/protocol";

/** A loss the client noticed itself, told as a server would. */
export function gapNotice(from: number, to: number, now: number): AnyEnvelope {
  const message = `Messages ${from} to ${to} were lost`;
  const range = { count: to - from + 1, from: `${from}`, to: `${to}` };
  const data: Notice = { code: "gap", message, ...range, reason: "sequence" };
  return { type: "notice", timestamp: now, data };
}
