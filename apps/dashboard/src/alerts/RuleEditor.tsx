import { type FormEvent, useState } from "react";
import {
  addRule,
  type Channel,
  type MetricInfo,
  type NewRule,
  type Rule,
  type RuleKind,
  replaceRule,
  severities,
  type Template,
} from "../services/alerts.ts";
import { objectionOf } from "../services/objection.ts";
import { Modal } from "../shell/Modal.tsx";
import { Button } from "./Button.tsx";
import { ChoiceField, TextField } from "./FormField.tsx";
import { KindFields } from "./KindFields.tsx";
import { RulePreview } from "./RulePreview.tsx";
import { emptyForm, formOf, kindNames, type RuleForm, ruleBody } from "./rule-form.ts";
import { TellWhom } from "./TellWhom.tsx";
import { problemOf, usePreview } from "./use-preview.ts";

export interface RuleEditorProps {
  /** The rule that is changed; absent: a new one. */
  readonly rule?: Rule | undefined;
  /** What a new one starts from. */
  readonly from?: NewRule | undefined;
  readonly metrics: readonly MetricInfo[];
  readonly templates: readonly Template[];
  readonly channels: readonly Channel[];
  readonly models: readonly string[];
  readonly onSaved: (rule: Rule) => void;
  readonly onClose: () => void;
}

const kinds: readonly RuleKind[] = ["threshold", "no_data", "burn_rate", "budget", "anomaly"];

/** What of a rule has no field in which a problem with it could be shown. */
const WITHOUT_FIELD = /^(?:kind|enabled)\b/;

/** Where a field's problem is shown, if not at a field of that name. */
function belongs(path: string, problem: string): boolean {
  return path === problem || (problem.startsWith(`${path}.`) && !/^windows|^period/.test(path));
}

/** A rule is written beside what it would have done, so that it is tried before it wakes anybody. */
export function RuleEditor(props: RuleEditorProps) {
  const { rule, from, metrics, templates, channels, models, onSaved, onClose } = props;
  const unitOf = (name: string): MetricInfo["unit"] | undefined =>
    metrics.find((metric) => metric.name === name)?.unit;
  const [form, setForm] = useState<RuleForm>(() => {
    const start = rule ?? from;
    return start ? formOf(start, unitOf) : emptyForm;
  });
  const [refused, setRefused] = useState<{ readonly error: unknown; readonly form: RuleForm }>();
  const [saving, setSaving] = useState(false);
  const body = ruleBody(form, unitOf(form.metric));
  const tried = usePreview(body);

  const set = (change: Partial<RuleForm>): void => setForm((before) => ({ ...before, ...change }));
  // What was wrong when it was sent counts until something is changed.
  const error = refused?.form === form ? refused.error : undefined;
  const objection = problemOf(error) ?? tried.problem;
  const atField = objection !== undefined && !WITHOUT_FIELD.test(objection.path);
  const problem = (path: string): string | undefined =>
    objection && belongs(path, objection.path) ? objection.text : undefined;

  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setSaving(true);
    try {
      onSaved(await (rule ? replaceRule(rule.id, body) : addRule(body)));
    } catch (cause) {
      setRefused({ error: cause, form });
      setSaving(false);
    }
  };

  return (
    <Modal
      title={rule ? `Rule “${rule.name}”` : "New alert rule"}
      onClose={onClose}
      className="mt-[4vh]! max-h-[92dvh]! w-[min(64rem,calc(100vw-2rem))]!"
    >
      <form onSubmit={(event) => void save(event)} noValidate className="flex min-h-0 flex-col">
        <div className="grid min-h-0 gap-x-6 gap-y-5 overflow-y-auto px-5 pt-1 pb-5 lg:grid-cols-2">
          <div className="flex min-w-0 flex-col gap-3">
            {!rule && (
              <ChoiceField
                label="Start from"
                value=""
                options={[
                  { value: "", name: "The fields below" },
                  ...templates.map(({ id, description }) => ({ value: id, name: description })),
                ]}
                onChange={(id) => {
                  const template = templates.find((one) => one.id === id);
                  if (template) setForm(formOf(template.rule, unitOf));
                }}
              />
            )}
            <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] gap-3">
              <TextField
                label="Name"
                value={form.name}
                autoFocus={!rule}
                placeholder="What it is called when it fires"
                onChange={(name) => set({ name })}
                problem={problem("name")}
              />
              <ChoiceField
                label="Severity"
                value={form.severity}
                options={severities.map((value) => ({
                  value,
                  name: value.charAt(0).toUpperCase() + value.slice(1),
                }))}
                onChange={(severity) => set({ severity })}
                problem={problem("severity")}
              />
            </div>
            <ChoiceField
              label="Kind"
              value={form.kind}
              options={kinds.map((value) => ({ value, name: kindNames[value] }))}
              onChange={(kind) => set({ kind })}
              hint={kindHints[form.kind]}
            />
            <KindFields form={form} set={set} problem={problem} metrics={metrics} models={models} />
            <Timing form={form} set={set} problem={problem} />
            <TellWhom form={form} set={set} problem={problem} channels={channels} />
          </div>
          <RulePreview
            preview={tried.preview}
            state={tried.state}
            failure={tried.failure}
            kind={form.kind}
            metric={form.kind === "anomaly" ? form.anomaly_metric : form.metric}
          />
        </div>
        <footer className="flex shrink-0 items-center justify-end gap-2 border-t border-line px-5 py-3">
          <p role="alert" className="min-w-0 flex-1 text-12 text-bad">
            {error !== undefined && !atField && objectionOf(error).text}
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button changes primary type="submit" disabled={saving}>
            {rule ? "Save" : "Make the rule"}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}

const kindHints: Readonly<Record<RuleKind, string>> = {
  threshold: "A figure is beyond a value",
  no_data: "Nothing comes in any more",
  burn_rate: "Failures use up what the objective allows, faster than they may",
  budget: "So much money is spent",
  anomaly: "A figure is far from what it was at this hour of past weeks",
};

interface TimingProps {
  readonly form: RuleForm;
  readonly set: (change: Partial<RuleForm>) => void;
  readonly problem: (path: string) => string | undefined;
}

function Timing({ form, set, problem }: TimingProps) {
  // A budget's level is reached or not, and stays so until its period is over.
  if (form.kind === "budget") return null;
  return (
    <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
      <TextField
        label="Fires after"
        value={form.for}
        hint="0: at once"
        onChange={(value) => set({ for: value })}
        problem={problem("for")}
      />
      <TextField
        label="Is over after"
        value={form.clear_for}
        onChange={(value) => set({ clear_for: value })}
        problem={problem("clear_for")}
      />
      <ChoiceField
        label="Without data"
        value={form.on_missing}
        options={[
          { value: "resolve", name: "it is over" },
          { value: "hold", name: "no change" },
          { value: "fire", name: "it holds" },
        ]}
        onChange={(value) => set({ on_missing: value })}
        problem={problem("on_missing")}
      />
    </div>
  );
}
