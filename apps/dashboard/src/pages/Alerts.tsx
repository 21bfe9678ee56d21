import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { ReadOnly } from "../access/ReadOnly.tsx";
import { ActiveAlerts } from "../alerts/ActiveAlerts.tsx";
import { AlertHistory } from "../alerts/AlertHistory.tsx";
import { Budgets } from "../alerts/Budgets.tsx";
import { ChannelList } from "../alerts/ChannelList.tsx";
import { RuleList } from "../alerts/RuleList.tsx";
import { SilenceForm } from "../alerts/SilenceForm.tsx";
import { SilenceList } from "../alerts/SilenceList.tsx";
import {
  useAlertsChanged,
  useChannels,
  useMetricInfo,
  useRules,
  useSilences,
  useTemplates,
} from "../alerts/use-alert-data.ts";
import { useRowActions } from "../alerts/use-row-actions.ts";
import { toast } from "../notices/toasts.ts";
import { Nothing, Panel } from "../panels/Panel.tsx";
import type { Matchers } from "../services/alerts.ts";
import { useLive } from "../services/live.tsx";
import { untilThere } from "../services/until-there.ts";
import { type AlertsSearch, readAlertsSearch } from "./alerts-search.ts";

const RuleEditor = lazy(
  untilThere(() =>
    import("../alerts/RuleEditor.tsx").then(({ RuleEditor: editor }) => ({ default: editor })),
  ),
);

const route = getRouteApi("/alerts");

/** What fires, what did, what is watched, and who is told. */
export default function Alerts() {
  const rules = useRules();
  const silences = useSilences();
  const channels = useChannels();
  const templates = useTemplates();
  const changed = useAlertsChanged();
  const open = useOpenRule();
  const [silencing, setSilencing] = useState<Matchers | null>(null);
  useRowActions(() => open({ rule: "new" }));
  const known = rules.data?.rules ?? [];
  const asking = [rules, silences, channels].some(({ isPending }) => isPending);
  return (
    <div className="flex min-w-0 flex-col gap-3 lg:gap-4">
      {rules.data?.damage && (
        <p role="alert" className="panel border-watch/50 bg-watch-soft px-4 py-2.5">
          <strong className="font-semibold">The file of the rules was damaged.</strong>{" "}
          <span className="text-muted">{rules.data.damage}</span>
        </p>
      )}
      <ReadOnly what="Changing rules and silences" />
      <ActiveAlerts
        watched={rules.data ? known.some(({ enabled }) => enabled) : null}
        onSilence={({ rule_id: rule, model }) =>
          setSilencing({
            ...(rule !== undefined && { rule }),
            ...(model !== undefined && { model }),
          })
        }
        onRule={(id) => open({ rule: id })}
      />
      {rules.data ? (
        <RuleList
          rules={known}
          templates={templates.data ?? []}
          onNew={() => open({ rule: "new" })}
          onTemplate={({ id }) => open({ rule: "new", template: id })}
          onEdit={({ id }) => open({ rule: id })}
          onDuplicate={({ id }) => open({ rule: "new", copy: id })}
        />
      ) : (
        <Panel title="Rules">
          <Nothing>
            {rules.error ? `Rules could not be read. ${rules.error.message}` : "Asking the server"}
          </Nothing>
        </Panel>
      )}
      {/* Shown below what is known to stay where it is, so that nothing moves under the pointer. */}
      <div className="contents" hidden={asking}>
        <Budgets />
        <div className="grid items-start gap-3 lg:gap-4 xl:grid-cols-2">
          <SilenceList
            silences={silences.data ?? []}
            rules={known}
            onNew={() => setSilencing({})}
          />
          {channels.data && <ChannelList channels={channels.data} />}
        </div>
        <AlertHistory />
      </div>
      <OpenRule />
      {silencing && (
        <SilenceForm
          matchers={silencing}
          rules={known}
          onClose={() => setSilencing(null)}
          onDone={() => {
            setSilencing(null);
            void changed();
          }}
        />
      )}
    </div>
  );
}

/** The editor is part of the address, so that a rule can be linked to. */
function useOpenRule(): (search: AlertsSearch) => void {
  const navigate = useNavigate();
  return (search) => {
    const change = (before: Record<string, unknown>): Record<string, unknown> => {
      const { rule: _rule, template: _template, copy: _copy, ...rest } = before;
      return { ...rest, ...readAlertsSearch({ ...search }) };
    };
    void navigate({ to: "/alerts", search: change });
  };
}

function OpenRule() {
  const { rule: id, template, copy } = route.useSearch();
  const rules = useRules().data?.rules;
  const metrics = useMetricInfo().data;
  const templates = useTemplates().data;
  const channels = useChannels().data;
  const { models } = useLive();
  const changed = useAlertsChanged();
  const open = useOpenRule();
  if (id === undefined || !rules || !metrics || !templates) return null;
  const rule = rules.find((one) => one.id === id);
  // A link may outlive its rule.
  if (!rule && id !== "new") {
    return (
      <p role="status" className="panel order-first px-4 py-3 text-muted">
        The rule that this address is about is no longer there.
      </p>
    );
  }
  const copied = rules.find((one) => one.id === copy);
  const from =
    templates.find((one) => one.id === template)?.rule ??
    (copied && { ...copied, name: `${copied.name} (copy)` });
  return (
    <Suspense>
      <RuleEditor
        key={`${id} ${template} ${copy}`}
        rule={rule}
        from={from}
        metrics={metrics}
        templates={templates}
        channels={channels ?? []}
        models={[...models.keys()].sort()}
        onClose={() => open({})}
        onSaved={(saved) => {
          void changed();
          open({});
          const title = rule ? `Saved “${saved.name}”` : `“${saved.name}” is watched from now on`;
          toast({ id: `saved ${saved.id}`, tone: "good", title });
        }}
      />
    </Suspense>
  );
}
