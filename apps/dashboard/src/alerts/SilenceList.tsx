import { BellOff, Plus } from "lucide-react";
import { stepInWords } from "../format/duration.ts";
import { exactTime, when } from "../format/time.ts";
import { toast } from "../notices/toasts.ts";
import { Nothing, Panel } from "../panels/Panel.tsx";
import { changeSilence, type Matchers, type Rule, type Silence } from "../services/alerts.ts";
import { useSeconds } from "../services/seconds.ts";
import { Button } from "./Button.tsx";
import { useAlertsChanged } from "./use-alert-data.ts";

interface SilenceListProps {
  readonly silences: readonly Silence[];
  readonly rules: readonly Rule[];
  readonly onNew: () => void;
}

function matchersInWords(
  { rule, model, severity, labels }: Matchers,
  rules: readonly Rule[],
): string {
  const named = rules.find(({ id }) => id === rule)?.name ?? "a rule that is gone";
  return [
    rule === undefined ? "Any rule" : named,
    model !== undefined && `model ${model}`,
    severity !== undefined && `severity ${severity}`,
    ...Object.entries(labels ?? {}).map(([name, value]) => `${name}=${value}`),
  ]
    .filter(Boolean)
    .join(", ");
}

/** What nobody is told of, and until when. */
export function SilenceList({ silences, rules, onNew }: SilenceListProps) {
  const now = useSeconds();
  const changed = useAlertsChanged();
  const expire = async ({ id, matchers, starts_at: starts, comment }: Silence): Promise<void> => {
    const ends = Date.now();
    try {
      // It stays on the list for a while, with when it ended.
      await changeSilence(id, {
        matchers,
        comment,
        starts_at: Math.min(starts, ends - 1),
        ends_at: ends,
      });
    } catch (error) {
      const text = error instanceof Error ? error.message : undefined;
      toast({ id: "silence", tone: "bad", title: "The silence goes on", text });
    }
    await changed();
  };
  const sorted = [...silences].sort((a, b) => b.ends_at - a.ends_at);
  return (
    <Panel
      title="Silences"
      action={
        <Button changes onClick={onNew} className="-mr-2">
          <Plus size={14} aria-hidden="true" />
          New silence
        </Button>
      }
    >
      {sorted.length === 0 ? (
        <Nothing>Nothing is silenced.</Nothing>
      ) : (
        <ul>
          {sorted.map((silence) => {
            const { id, matchers, comment, starts_at: starts, ends_at: ends } = silence;
            const over = ends <= now;
            return (
              <li key={id} className="flex items-center gap-3 border-t border-line px-4 py-2">
                <BellOff
                  size={14}
                  aria-hidden="true"
                  className={`shrink-0 ${over ? "text-faint" : "text-watch"}`}
                />
                <span className={`min-w-0 flex-1 ${over ? "text-faint" : ""}`}>
                  <span className="block font-medium">{matchersInWords(matchers, rules)}</span>
                  <span className="block break-words text-muted">{comment}</span>
                </span>
                <span
                  className="text-right text-12 text-faint numbers"
                  title={`${exactTime(starts)} to ${exactTime(ends)}`}
                >
                  {over
                    ? `ended ${when(ends, now)}`
                    : starts > now
                      ? `begins ${when(starts, now)}`
                      : `${stepInWords(Math.max(60_000, Math.round((ends - now) / 60_000) * 60_000))} left`}
                </span>
                {!over && (
                  <Button changes onClick={() => void expire(silence)}>
                    End now
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
