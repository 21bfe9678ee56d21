import type {
  MetricInfo,
  NewRule,
  Rule,
  RuleBody,
  RuleKind,
  Severity,
} from "../services/alerts.ts";
import { durationBody, durationText } from "./duration-text.ts";

export interface WindowForm {
  readonly long: string;
  readonly short: string;
  readonly factor: string;
}

/** A rule as it is typed: of every kind at once, so that nothing is lost by looking at another. */
export interface RuleForm {
  readonly kind: RuleKind;
  readonly name: string;
  readonly severity: Severity;
  readonly enabled: boolean;
  /** `team=search, tier=1`. */
  readonly labels: string;
  /** Null: all. */
  readonly channels: readonly string[] | null;
  readonly for: string;
  readonly clear_for: string;
  readonly on_missing: Rule["on_missing"];
  readonly scope: "all" | "each" | "model";
  readonly model: string;
  readonly metric: string;
  readonly op: ">" | ">=" | "<" | "<=";
  readonly value: string;
  readonly recover: string;
  readonly min_requests: string;
  readonly after: string;
  /** Percent. */
  readonly objective: string;
  readonly windows: readonly WindowForm[];
  readonly amount: string;
  readonly period: "day" | "week" | "month" | "other";
  readonly every: string;
  readonly from: string;
  readonly time_zone: string;
  readonly by: string;
  readonly only: string;
  readonly levels: string;
  readonly anomaly_metric: string;
  readonly direction: "above" | "below" | "both";
  readonly k: string;
  readonly step: string;
  readonly weeks: string;
  readonly min_samples: string;
}

export const emptyForm: RuleForm = {
  kind: "threshold",
  name: "",
  severity: "medium",
  enabled: true,
  labels: "",
  channels: null,
  for: "1m",
  clear_for: "1m",
  on_missing: "resolve",
  scope: "all",
  model: "",
  metric: "error_rate",
  op: ">",
  value: "5",
  recover: "",
  min_requests: "20",
  after: "10m",
  objective: "99.9",
  windows: [
    { long: "1h", short: "5m", factor: "14.4" },
    { long: "6h", short: "30m", factor: "6" },
  ],
  amount: "50",
  period: "day",
  every: "10d",
  from: "",
  time_zone: "UTC",
  by: "",
  only: "",
  levels: "80, 95, 100",
  anomaly_metric: "cost",
  direction: "both",
  k: "4",
  step: "5m",
  weeks: "4",
  min_samples: "24",
};

/** What a figure is typed in: shares as percent, since nobody thinks in 0.05. */
export function unitSign(unit: MetricInfo["unit"] | undefined): string {
  if (unit === undefined) return "";
  const signs: Record<MetricInfo["unit"], string> = {
    ms: "ms",
    share: "%",
    percent: "%",
    per_second: "/s",
    dollars: "$",
    celsius: "°C",
    count: "",
  };
  return signs[unit];
}

/** Hundredths of a decimal without the digits that binary fractions add. */
const tidy = (value: number): number => Number(value.toPrecision(12));

/** A number where one was typed; else the text, of which the server says what is wrong. */
function number(text: string, factor = 1): number | string {
  const trimmed = text.trim().replace(",", ".");
  const value = Number(trimmed);
  return trimmed !== "" && Number.isFinite(value) ? tidy(value * factor) : trimmed;
}

function labelsOf(text: string): Record<string, string> {
  const pairs = text
    .split(",")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [name.trim(), value.join("=").trim()];
    }),
  );
}

const given = (name: string, text: string): RuleBody =>
  text.trim() === "" ? {} : { [name]: text.trim() };

/** The rule as it is sent. `unit` is that of the metric which a threshold is about. */
export function ruleBody(form: RuleForm, unit: MetricInfo["unit"] | undefined): RuleBody {
  return { ...commonBody(form), ...kindBody(form, unit) };
}

function commonBody(form: RuleForm): RuleBody {
  return {
    kind: form.kind,
    name: form.name,
    enabled: form.enabled,
    severity: form.severity,
    labels: labelsOf(form.labels),
    ...(form.channels === null ? {} : { channels: form.channels }),
    for: durationBody(form.for),
    clear_for: durationBody(form.clear_for),
    on_missing: form.on_missing,
  };
}

function kindBody(form: RuleForm, unit: MetricInfo["unit"] | undefined): RuleBody {
  const scope: RuleBody = {
    each: form.scope === "each",
    ...(form.scope === "model" ? { model: form.model.trim() } : {}),
  };
  const factor = unit === "share" ? 0.01 : 1;
  switch (form.kind) {
    case "threshold":
      return {
        ...scope,
        metric: form.metric,
        op: form.op,
        value: number(form.value, factor),
        ...(form.recover.trim() === "" ? {} : { recover: number(form.recover, factor) }),
        min_requests: number(form.min_requests),
      };
    case "no_data":
      return { ...scope, after: durationBody(form.after) };
    case "burn_rate":
      return {
        ...scope,
        objective: number(form.objective, 0.01),
        windows: form.windows.map(({ long, short, factor: times }) => ({
          long: durationBody(long),
          short: durationBody(short),
          factor: number(times),
        })),
        min_requests: number(form.min_requests),
      };
    case "budget":
      return {
        amount: number(form.amount),
        period:
          form.period === "other"
            ? { every: durationBody(form.every), from: form.from.trim() }
            : form.period,
        time_zone: form.time_zone,
        ...given("by", form.by),
        ...(form.by === "" ? {} : given("only", form.only)),
        levels: form.levels
          .split(/[\s,;%]+/)
          .filter((level) => level !== "")
          .map((level) => number(level)),
      };
    case "anomaly":
      return {
        ...scope,
        metric: form.anomaly_metric,
        direction: form.direction,
        k: number(form.k),
        step: durationBody(form.step),
        weeks: number(form.weeks),
        min_samples: number(form.min_samples),
      };
  }
}

/** A rule to be edited. `unitOf` says what a metric is measured in. */
export function formOf(
  full: NewRule,
  unitOf: (metric: string) => MetricInfo["unit"] | undefined,
): RuleForm {
  const common: RuleForm = {
    ...emptyForm,
    kind: full.kind,
    name: full.name,
    severity: full.severity,
    enabled: full.enabled,
    labels: Object.entries(full.labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(", "),
    channels: full.channels ?? null,
    for: durationText(full.for),
    clear_for: durationText(full.clear_for),
    on_missing: full.on_missing,
    ...scopeOf(full),
  };
  switch (full.kind) {
    case "threshold": {
      const factor = unitOf(full.metric) === "share" ? 100 : 1;
      return {
        ...common,
        metric: full.metric,
        op: full.op,
        value: String(tidy(full.value * factor)),
        recover: full.recover === undefined ? "" : String(tidy(full.recover * factor)),
        min_requests: String(full.min_requests),
      };
    }
    case "no_data":
      return { ...common, after: durationText(full.after) };
    case "burn_rate":
      return {
        ...common,
        objective: String(tidy(full.objective * 100)),
        windows: full.windows.map(({ long, short, factor }) => ({
          long: durationText(long),
          short: durationText(short),
          factor: String(factor),
        })),
        min_requests: String(full.min_requests),
      };
    case "budget": {
      const { period } = full;
      return {
        ...common,
        amount: String(full.amount),
        ...(typeof period === "string"
          ? { period }
          : { period: "other", every: durationText(period.every), from: period.from }),
        time_zone: full.time_zone,
        by: full.by ?? "",
        only: full.only ?? "",
        levels: full.levels.join(", "),
      };
    }
    case "anomaly":
      return {
        ...common,
        anomaly_metric: full.metric,
        direction: full.direction,
        k: String(full.k),
        step: durationText(full.step),
        weeks: String(full.weeks),
        min_samples: String(full.min_samples),
      };
  }
}

function scopeOf(rule: NewRule): Pick<RuleForm, "scope" | "model"> {
  if (rule.kind === "budget") return { scope: "all", model: "" };
  if (rule.model !== undefined) return { scope: "model", model: rule.model };
  return { scope: rule.each ? "each" : "all", model: "" };
}

/** What rules are called by their kind. */
export const kindNames: Readonly<Record<RuleKind, string>> = {
  threshold: "Threshold",
  no_data: "No requests",
  burn_rate: "Error budget",
  budget: "Money budget",
  anomaly: "Unusual figure",
};
