import type { AlertUpdate } from "@telltale/protocol";
import { BellOff, CircleCheck, Flame, Hourglass, UserCheck } from "lucide-react";

const looks = {
  firing: { word: "Firing", icon: Flame, color: "text-bad" },
  pending: { word: "Pending", icon: Hourglass, color: "text-watch" },
  resolved: { word: "Resolved", icon: CircleCheck, color: "text-good" },
  acknowledged: { word: "Acknowledged", icon: UserCheck, color: "text-info" },
} as const;

/** What an alert is doing, as a sign and a word. */
export function AlertState({ state }: { readonly state: keyof typeof looks }) {
  const { word, icon: Icon, color } = looks[state];
  return (
    <span
      className={`inline-flex shrink-0 items-center gap-1.5 text-12 font-medium whitespace-nowrap ${color}`}
    >
      <Icon size={14} aria-hidden="true" />
      {word}
    </span>
  );
}

/** What was decided about it. */
export function AlertFlags({
  silenced,
  acknowledged_at: acknowledged,
}: Pick<AlertUpdate, "silenced" | "acknowledged_at">) {
  return (
    <>
      {silenced && (
        <span className="inline-flex items-center gap-1 text-12 text-muted">
          <BellOff size={12} aria-hidden="true" />
          Silenced
        </span>
      )}
      {acknowledged !== undefined && (
        <span className="inline-flex items-center gap-1 text-12 text-info">
          <UserCheck size={12} aria-hidden="true" />
          Acknowledged
        </span>
      )}
    </>
  );
}
