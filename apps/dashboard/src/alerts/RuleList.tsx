import type { AlertUpdate } from "@telltale/protocol";
import { Copy, Pencil, Plus, Trash2 } from "lucide-react";
import { useId } from "react";
import { useAlerts } from "@/services";
import { count } from "../format/number.ts";
import { toast } from "../notices/toasts.ts";
import { Panel } from "../panels/Panel.tsx";
import { Severity } from "../panels/Severity.tsx";
import { Switch } from "../preferences/Field.tsx";
import { addRule, changeRule, type Rule, removeRule, type Template } from "../services/alerts.ts";
import { useMayChange } from "../services/session.ts";
import { Button, IconButton } from "./Button.tsx";
import { kindNames } from "./rule-form.ts";
import { ruleInWords } from "./rule-words.ts";
import { useAlertsChanged } from "./use-alert-data.ts";

interface RuleListProps {
  readonly rules: readonly Rule[];
  readonly templates: readonly Template[];
  readonly onNew: () => void;
  readonly onTemplate: (template: Template) => void;
  readonly onEdit: (rule: Rule) => void;
  readonly onDuplicate: (rule: Rule) => void;
}

function failed(error: unknown): void {
  const text = error instanceof Error ? error.message : "The server did not take it.";
  toast({ id: "rule", tone: "bad", title: "The rule stays as it was", text });
}

/** What is watched, and what each rule does at the moment. */
export function RuleList(props: RuleListProps) {
  const { rules, templates, onNew, onTemplate } = props;
  return (
    <Panel
      title="Rules"
      note={rules.length > 0 ? count(rules.length) : undefined}
      action={
        <Button changes onClick={onNew} className="-mr-2">
          <Plus size={14} aria-hidden="true" />
          New rule
        </Button>
      }
    >
      {rules.length === 0 ? (
        <FirstRule templates={templates} onTemplate={onTemplate} />
      ) : (
        <ul>
          {rules.map((rule) => (
            <RuleRow key={rule.id} rule={rule} {...props} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

/** Nobody starts from an empty form: what others watch, one press away. */
function FirstRule({ templates, onTemplate }: Pick<RuleListProps, "templates" | "onTemplate">) {
  return (
    <div className="border-t border-line px-4 py-4">
      <p className="text-muted">
        A rule watches figures and says when they are not as they should be. Start from one of these
        and see how often it would have fired in the last day:
      </p>
      <ul className="mt-3 grid gap-2 sm:grid-cols-2 xl:grid-cols-3">
        {templates.map((template) => (
          <li key={template.id}>
            <button
              type="button"
              data-alert-row
              onClick={() => onTemplate(template)}
              className="h-full w-full rounded-inner border border-line px-3 py-2 text-left hover:border-line-strong hover:bg-raised"
            >
              <span className="block font-medium">{template.rule.name}</span>
              <span className="block text-12 text-muted">{template.description}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function RuleRow({
  rule,
  onEdit,
  onDuplicate,
}: Pick<RuleListProps, "onEdit" | "onDuplicate"> & { readonly rule: Rule }) {
  const changed = useAlertsChanged();
  const { alerts } = useAlerts();
  const toggle = useId();
  const { reason } = useMayChange();
  const of = alerts.filter((alert) => alert.rule_id === rule.id);
  const remove = async (): Promise<void> => {
    try {
      await removeRule(rule.id);
      await changed();
      toast({
        id: `removed ${rule.id}`,
        tone: "plain",
        title: `Removed “${rule.name}”`,
        action: { name: "Undo", run: () => void restore() },
      });
    } catch (error) {
      failed(error);
    }
  };
  const restore = async (): Promise<void> => {
    const { id: _id, created_at: _created, updated_at: _updated, ...body } = rule;
    await addRule(body).catch(failed);
    await changed();
  };
  const enable = async (enabled: boolean): Promise<void> => {
    await changeRule(rule.id, { enabled }).catch(failed);
    await changed();
  };
  return (
    <li className="flex items-center gap-3 border-t border-line px-4 py-2 hover:bg-raised">
      <label htmlFor={toggle} className="sr-only">
        {rule.name} is watched
      </label>
      <Switch id={toggle} on={rule.enabled} off={reason} onChange={(on) => void enable(on)} />
      <button
        type="button"
        data-alert-row
        onClick={() => onEdit(rule)}
        className="min-w-0 flex-1 py-0.5 text-left -outline-offset-2"
      >
        <span className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
          <span className="font-medium">{rule.name}</span>
          <span className="text-12 text-faint">{kindNames[rule.kind]}</span>
          <RuleState enabled={rule.enabled} alerts={of} />
        </span>
        <span className="block break-words text-muted">{ruleInWords(rule)}</span>
      </button>
      <span className="max-sm:hidden">
        <Severity severity={rule.severity} />
      </span>
      <span className="flex shrink-0 max-sm:flex-col">
        <IconButton
          name={`Edit ${rule.name}`}
          className="max-md:hidden"
          onClick={() => onEdit(rule)}
        >
          <Pencil size={14} aria-hidden="true" />
        </IconButton>
        <IconButton changes name={`Duplicate ${rule.name}`} onClick={() => onDuplicate(rule)}>
          <Copy size={14} aria-hidden="true" />
        </IconButton>
        <IconButton changes name={`Remove ${rule.name}`} onClick={() => void remove()}>
          <Trash2 size={14} aria-hidden="true" />
        </IconButton>
      </span>
    </li>
  );
}

function RuleState({
  enabled,
  alerts,
}: {
  readonly enabled: boolean;
  readonly alerts: readonly AlertUpdate[];
}) {
  const firing = alerts.filter(({ state }) => state === "firing").length;
  const pending = alerts.filter(({ state }) => state === "pending").length;
  if (!enabled) return <span className="text-12 text-faint">Off</span>;
  if (firing > 0)
    return <span className="text-12 font-medium text-bad">{count(firing)} firing</span>;
  if (pending > 0) return <span className="text-12 text-watch">{count(pending)} pending</span>;
  return null;
}
