import type { AlertUpdate } from "@telltale/protocol";
import { CircleCheck } from "lucide-react";
import { useAlerts, useTelltaleState } from "@/services";
import { count } from "../format/number.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { Panel } from "../panels/Panel.tsx";
import { severities } from "../services/alerts.ts";
import { AlertRow } from "./AlertRow.tsx";
import { useCurrentValues } from "./use-alert-data.ts";

const order = { firing: 0, pending: 1, resolved: 2 } as const;

/** Firing before pending, what nobody silenced first, then the worst, then the newest. */
function byUrgency(a: AlertUpdate, b: AlertUpdate): number {
  return (
    order[a.state] - order[b.state] ||
    Number(a.silenced ?? false) - Number(b.silenced ?? false) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    b.timestamp - a.timestamp
  );
}

interface ActiveAlertsProps {
  /** Whether any rule could fire; null while that is not known. */
  readonly watched: boolean | null;
  readonly onSilence: (alert: AlertUpdate) => void;
  readonly onRule: (id: string) => void;
}

/** What fires or is about to, at this moment. */
export function ActiveAlerts({ watched, onSilence, onRule }: ActiveAlertsProps) {
  const { alerts, firing } = useAlerts();
  const replayed = useTelltaleState((state) => state.replay !== null);
  const now = useLiveHistory().now();
  const active = alerts.filter(({ state }) => state !== "resolved").sort(byUrgency);
  const values = useCurrentValues(active.length > 0 && !replayed);
  const pending = active.length - firing.length;
  const note = [
    firing.length > 0 && `${count(firing.length)} firing`,
    pending > 0 && `${count(pending)} pending`,
  ].filter(Boolean);
  return (
    <Panel title="Now" note={note.join(" · ") || undefined}>
      {active.length === 0 ? (
        <div className="flex items-center justify-center gap-2 border-t border-line px-4 py-8 text-muted">
          {watched && !replayed && (
            <CircleCheck size={16} className="text-good" aria-hidden="true" />
          )}
          {replayed
            ? "A replay does not know what fired; the history below does."
            : watched === false
              ? "Nothing is watched yet."
              : "Nothing fires."}
        </div>
      ) : (
        <ul>
          {active.map((alert) => (
            <AlertRow
              key={alert.id}
              alert={alert}
              current={values.get(alert.id)}
              now={now}
              onSilence={() => onSilence(alert)}
              onRule={() => onRule(alert.rule_id ?? "")}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}
