import { SERIES_METRICS } from "@telltale/protocol";
import { BudgetFields } from "./BudgetFields.tsx";
import { BurnRateFields } from "./BurnRateFields.tsx";
import { ChoiceField, TextField } from "./FormField.tsx";
import { unitSign } from "./rule-form.ts";
import { metricName } from "./rule-words.ts";
import { type KindFieldsProps, pair, Scope } from "./ScopeFields.tsx";

/** What a rule of its kind needs to know. */
export function KindFields(props: KindFieldsProps) {
  switch (props.form.kind) {
    case "threshold":
      return <Threshold {...props} />;
    case "no_data":
      return <NoData {...props} />;
    case "burn_rate":
      return <BurnRateFields {...props} />;
    case "budget":
      return <BudgetFields {...props} />;
    case "anomaly":
      return <Anomaly {...props} />;
  }
}

const signs = [
  { value: ">", name: "is above" },
  { value: ">=", name: "is at or above" },
  { value: "<", name: "is below" },
  { value: "<=", name: "is at or below" },
] as const;

function Threshold(props: KindFieldsProps) {
  const { form, set, problem, metrics } = props;
  const metric = metrics.find(({ name }) => name === form.metric);
  const sign = unitSign(metric?.unit);
  const groups = metrics.map(({ name }) => ({ value: name, name: metricName(name) }));
  const of = metric === undefined ? "model" : metric.each;
  return (
    <>
      <ChoiceField
        label="Figure"
        value={form.metric}
        options={groups.length > 0 ? groups : [{ value: form.metric, name: form.metric }]}
        onChange={(next) => {
          const each = metrics.find(({ name }) => name === next)?.each ?? null;
          // One model is a choice for figures of models only.
          const scope =
            each === null || (form.scope === "model" && each !== "model") ? "all" : form.scope;
          set({ metric: next, scope });
        }}
        problem={problem("metric")}
      />
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        <ChoiceField
          label="Fires when it"
          value={form.op}
          options={signs}
          onChange={(op) => set({ op })}
          problem={problem("op")}
        />
        <TextField
          label="Value"
          value={form.value}
          sign={sign}
          inputMode="decimal"
          onChange={(value) => set({ value })}
          problem={problem("value")}
        />
        <TextField
          label="Is over at"
          value={form.recover}
          sign={sign}
          inputMode="decimal"
          placeholder="the same"
          onChange={(recover) => set({ recover })}
          problem={problem("recover")}
        />
      </div>
      <Scope {...props} of={of} />
      {of === "model" && (
        <TextField
          label="Fewest requests in the window to count"
          value={form.min_requests}
          inputMode="numeric"
          onChange={(value) => set({ min_requests: value })}
          problem={problem("min_requests")}
        />
      )}
    </>
  );
}

function NoData(props: KindFieldsProps) {
  const { form, set, problem } = props;
  return (
    <>
      <TextField
        label="No request for"
        value={form.after}
        hint="Such as 90s, 10m, 2h"
        onChange={(after) => set({ after })}
        problem={problem("after")}
      />
      <Scope {...props} of="model" />
    </>
  );
}

function Anomaly(props: KindFieldsProps) {
  const { form, set, problem } = props;
  return (
    <>
      <div className={pair}>
        <ChoiceField
          label="Figure"
          value={form.anomaly_metric}
          options={SERIES_METRICS.map((name) => ({ value: name, name: metricName(name) }))}
          onChange={(metric) => set({ anomaly_metric: metric })}
          problem={problem("metric")}
        />
        <ChoiceField
          label="Fires when it is"
          value={form.direction}
          options={[
            { value: "both", name: "far above or below" },
            { value: "above", name: "far above" },
            { value: "below", name: "far below" },
          ]}
          onChange={(direction) => set({ direction })}
          problem={problem("direction")}
        />
      </div>
      <div className={pair}>
        <TextField
          label="Far is so many deviations"
          value={form.k}
          inputMode="decimal"
          hint="4 is rare, 3 is not"
          onChange={(k) => set({ k })}
          problem={problem("k")}
        />
        <TextField
          label="Of steps of"
          value={form.step}
          onChange={(step) => set({ step })}
          problem={problem("step")}
        />
        <TextField
          label="Compared with past weeks"
          value={form.weeks}
          inputMode="numeric"
          hint="The same hour of the week"
          onChange={(weeks) => set({ weeks })}
          problem={problem("weeks")}
        />
        <TextField
          label="Needs so many steps"
          value={form.min_samples}
          inputMode="numeric"
          onChange={(value) => set({ min_samples: value })}
          problem={problem("min_samples")}
        />
      </div>
      <Scope {...props} of="model" />
    </>
  );
}
