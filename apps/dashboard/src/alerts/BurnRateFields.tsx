import { Plus, X } from "lucide-react";
import { Button, IconButton } from "./Button.tsx";
import { TextField } from "./FormField.tsx";
import type { RuleForm } from "./rule-form.ts";
import { type KindFieldsProps, pair, Scope } from "./ScopeFields.tsx";

const MOST_WINDOWS = 5;

/** An objective, and how fast what it allows may be used up. */
export function BurnRateFields(props: KindFieldsProps) {
  const { form, set, problem } = props;
  const change = (index: number, part: Partial<RuleForm["windows"][number]>): void =>
    set({ windows: form.windows.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  return (
    <>
      <div className={pair}>
        <TextField
          label="Requests that are to succeed"
          value={form.objective}
          sign="%"
          inputMode="decimal"
          onChange={(objective) => set({ objective })}
          problem={problem("objective")}
        />
        <TextField
          label="From so many requests on"
          value={form.min_requests}
          inputMode="numeric"
          onChange={(value) => set({ min_requests: value })}
          problem={problem("min_requests")}
        />
      </div>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 text-12 text-muted">
          Fires when the allowed failures are used up this many times too fast, over both times of a
          row
        </legend>
        {form.windows.map((one, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
            key={index}
            className="grid grid-cols-[1fr_1fr_1fr_auto] items-start gap-2"
          >
            <TextField
              label="Times"
              value={one.factor}
              sign="×"
              inputMode="decimal"
              onChange={(factor) => change(index, { factor })}
              problem={problem(`windows.${index}.factor`)}
            />
            <TextField
              label="Over"
              value={one.long}
              onChange={(long) => change(index, { long })}
              problem={problem(`windows.${index}.long`)}
            />
            <TextField
              label="And over"
              value={one.short}
              onChange={(short) => change(index, { short })}
              problem={problem(`windows.${index}.short`)}
            />
            <IconButton
              name={`Remove row ${index + 1}`}
              disabled={form.windows.length === 1}
              onClick={() => set({ windows: form.windows.filter((_, at) => at !== index) })}
              className="mt-5 disabled:invisible"
            >
              <X size={14} aria-hidden="true" />
            </IconButton>
          </div>
        ))}
        {form.windows.length < MOST_WINDOWS && (
          <Button
            className="self-start"
            onClick={() =>
              set({ windows: [...form.windows, { long: "3d", short: "6h", factor: "1" }] })
            }
          >
            <Plus size={14} aria-hidden="true" />
            Another pair of times
          </Button>
        )}
        {problem("windows") && <p className="text-12 text-bad">{problem("windows")}</p>}
      </fieldset>
      <Scope {...props} of="model" />
    </>
  );
}
