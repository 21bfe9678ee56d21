import { SERIES_GROUPS } from "@telltale/protocol";
import { ChoiceField, TextField } from "./FormField.tsx";
import { type KindFieldsProps, pair } from "./ScopeFields.tsx";

const groupNames: Readonly<Record<string, string>> = {
  model: "Each model",
  provider: "Each provider",
  service: "Each service",
  user_id: "Each user",
  organization_id: "Each organisation",
  api_key: "Each key",
  endpoint: "Each endpoint",
};

const zones = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")];

/** How much money, for whom, and per which time. */
export function BudgetFields({ form, set, problem }: KindFieldsProps) {
  return (
    <>
      <div className={pair}>
        <TextField
          label="US dollars"
          value={form.amount}
          sign="$"
          inputMode="decimal"
          onChange={(amount) => set({ amount })}
          problem={problem("amount")}
        />
        <ChoiceField
          label="Per"
          value={form.period}
          options={[
            { value: "day", name: "Day" },
            { value: "week", name: "Week, from Monday" },
            { value: "month", name: "Month" },
            { value: "other", name: "Another time" },
          ]}
          onChange={(period) =>
            set({
              period,
              ...(period === "other" && form.from === ""
                ? { from: `${new Date().toISOString().slice(0, 10)}T00:00:00Z` }
                : {}),
            })
          }
          problem={problem("period")}
        />
      </div>
      {form.period === "other" && (
        <div className={pair}>
          <TextField
            label="Every"
            value={form.every}
            hint="Such as 10d"
            onChange={(every) => set({ every })}
            problem={problem("period.every")}
          />
          <TextField
            label="Beginning at"
            value={form.from}
            onChange={(from) => set({ from })}
            problem={problem("period.from")}
          />
        </div>
      )}
      <div className={pair}>
        <ChoiceField
          label="For"
          value={form.by}
          options={[
            { value: "", name: "Everything together" },
            ...SERIES_GROUPS.filter((group) => group in groupNames).map((group) => ({
              value: group,
              name: groupNames[group] ?? group,
            })),
          ]}
          onChange={(by) => set({ by })}
          problem={problem("by")}
        />
        {form.by !== "" && (
          <TextField
            label="Only"
            value={form.only}
            placeholder="all of them"
            onChange={(only) => set({ only })}
            problem={problem("only")}
          />
        )}
      </div>
      <div className={pair}>
        <TextField
          label="Say so at"
          value={form.levels}
          sign="%"
          onChange={(levels) => set({ levels })}
          problem={problem("levels")}
        />
        <ChoiceField
          label="Days begin in"
          value={form.time_zone}
          options={zones.map((name) => ({ value: name, name: name.replaceAll("_", " ") }))}
          onChange={(zone) => set({ time_zone: zone })}
          problem={problem("time_zone")}
        />
      </div>
    </>
  );
}
