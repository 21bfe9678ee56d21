import type { MetricInfo } from "../services/alerts.ts";
import { ChoiceField, TextField } from "./FormField.tsx";
import type { RuleForm } from "./rule-form.ts";

export interface KindFieldsProps {
  readonly form: RuleForm;
  readonly set: (change: Partial<RuleForm>) => void;
  /** What the server says is wrong with a field. */
  readonly problem: (path: string) => string | undefined;
  readonly metrics: readonly MetricInfo[];
  readonly models: readonly string[];
}

/** Two fields beside each other. */
export const pair = "grid grid-cols-2 gap-3";

/** Whether a rule is about all, each, or one. */
const each = { model: "model", endpoint: "endpoint", gpu: "GPU", engine: "engine" } as const;

/** Whether a rule is about all, each, or one. */
export function Scope({
  form,
  set,
  problem,
  models,
  of,
}: KindFieldsProps & { readonly of: MetricInfo["each"] }) {
  if (of === null) return null;
  const options: { value: RuleForm["scope"]; name: string }[] = [
    { value: "all", name: of === "model" ? "All together" : `The worst ${each[of]}` },
    { value: "each", name: `Each ${each[of]} on its own` },
    ...(of === "model" ? [{ value: "model" as const, name: "One model" }] : []),
  ];
  return (
    <div className={pair}>
      <ChoiceField
        label="Of"
        value={form.scope}
        options={options}
        onChange={(scope) => set({ scope })}
        problem={problem("each")}
      />
      {form.scope === "model" && of === "model" && (
        <>
          <TextField
            label="Model"
            value={form.model}
            list="alert-models"
            onChange={(model) => set({ model })}
            problem={problem("model")}
          />
          <datalist id="alert-models">
            {models.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </div>
  );
}
