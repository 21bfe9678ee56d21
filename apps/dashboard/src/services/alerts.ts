import type { AlertUpdate, SeriesGroup, SeriesMetric } from "@telltale/protocol";
import type { UnitName } from "../format/unit.ts";
import { get, query } from "./rest.ts";
import { send } from "./send.ts";

export type Severity = AlertUpdate["severity"];
export const severities: readonly Severity[] = ["critical", "high", "medium", "low"];

interface RuleCommon {
  readonly id: string;
  /** Unix ms. */
  readonly created_at: number;
  readonly updated_at: number;
  readonly name: string;
  readonly enabled: boolean;
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent: all channels. */
  readonly channels?: readonly string[];
  /** ms. */
  readonly for: number;
  readonly clear_for: number;
  readonly on_missing: "resolve" | "hold" | "fire";
}

interface OfModels {
  readonly model?: string;
  readonly each: boolean;
}

export interface ThresholdRule extends RuleCommon, OfModels {
  readonly kind: "threshold";
  readonly metric: string;
  readonly op: ">" | ">=" | "<" | "<=";
  readonly value: number;
  readonly recover?: number;
  readonly min_requests: number;
}

export interface NoDataRule extends RuleCommon, OfModels {
  readonly kind: "no_data";
  /** ms. */
  readonly after: number;
}

export interface BurnRateRule extends RuleCommon, OfModels {
  readonly kind: "burn_rate";
  /** 0..1. */
  readonly objective: number;
  readonly windows: readonly {
    readonly long: number;
    readonly short: number;
    readonly factor: number;
  }[];
  readonly min_requests: number;
}

export interface BudgetRule extends RuleCommon {
  readonly kind: "budget";
  /** US dollars. */
  readonly amount: number;
  readonly period: "day" | "week" | "month" | { readonly every: number; readonly from: string };
  readonly time_zone: string;
  readonly by?: SeriesGroup;
  readonly only?: string;
  /** Percent. */
  readonly levels: readonly number[];
}

export interface AnomalyRule extends RuleCommon, OfModels {
  readonly kind: "anomaly";
  readonly metric: SeriesMetric;
  readonly direction: "above" | "below" | "both";
  readonly k: number;
  /** ms. */
  readonly step: number;
  readonly weeks: number;
  readonly min_samples: number;
}

/** A rule as the server answers it; docs/alerts.md says what each field means. */
export type Rule = ThresholdRule | NoDataRule | BurnRateRule | BudgetRule | AnomalyRule;
export type RuleKind = Rule["kind"];

/** What is sent for a rule: the server says what is wrong with it. */
export type RuleBody = Readonly<Record<string, unknown>>;

type Unsaved<R> = R extends Rule ? Omit<R, "id" | "created_at" | "updated_at"> : never;

/** A rule that the server does not have yet. */
export type NewRule = Unsaved<Rule>;

export interface Template {
  readonly id: string;
  readonly description: string;
  readonly rule: NewRule;
}

export interface MetricInfo {
  readonly name: string;
  readonly unit: "ms" | "share" | "percent" | "per_second" | "dollars" | "celsius" | "count";
  /** What there is one of for each; null: one value only. */
  readonly each: "model" | "endpoint" | "gpu" | "engine" | null;
  /** What the history keeps of it; null: nothing. */
  readonly history: string | null;
}

export interface AlertEvent {
  readonly seq: number;
  /** Unix ms. */
  readonly at: number;
  readonly state: "firing" | "resolved" | "acknowledged";
  readonly alert_id: string;
  readonly rule_id: string;
  readonly name: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly subject?: string;
  readonly model?: string;
  readonly metric?: string;
  readonly value?: number;
  readonly threshold?: number;
  readonly message: string;
  readonly started_at: number;
  readonly fired_at: number;
  readonly silenced: boolean;
  readonly note?: string;
}

export interface Matchers {
  readonly rule?: string;
  readonly model?: string;
  readonly severity?: Severity;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Silence {
  readonly id: string;
  readonly matchers: Matchers;
  /** Unix ms. */
  readonly starts_at: number;
  readonly ends_at: number;
  readonly comment: string;
  readonly created_at: number;
  readonly active: boolean;
}

export interface SilenceBody {
  readonly matchers: Matchers;
  readonly starts_at?: number;
  readonly ends_at: number;
  readonly comment: string;
}

interface PreviewLine {
  readonly group: string | null;
  readonly points: readonly (readonly [number, number])[];
}

export interface Preview {
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** Null where the history can not tell; `note` says why. */
  readonly step_ms: number | null;
  readonly fired: number;
  readonly episodes: readonly {
    readonly subject: string | null;
    readonly model: string | null;
    readonly started_at: number;
    readonly fired_at: number;
    readonly resolved_at: number | null;
    readonly value: number | null;
    readonly threshold: number | null;
    readonly message: string;
  }[];
  readonly series: readonly PreviewLine[];
  readonly thresholds: readonly PreviewLine[];
  readonly note: string | null;
}

/** Where alerts are sent, without secrets. */
export interface Channel {
  readonly id: string;
  readonly kind: "webhook" | "slack" | "email";
  readonly minSeverity: Severity;
  readonly url?: string;
  readonly host?: string;
  readonly to?: readonly string[];
}

export interface Delivery {
  readonly id: string;
  readonly channel: string;
  readonly state: "waiting" | "delivered" | "dead";
  readonly alerts: readonly AlertUpdate[];
  readonly created_at: number;
  readonly due_at: number;
  readonly attempts: number;
  readonly finished_at: number | null;
  readonly detail: string | null;
}

const BASE = "/api/v1/alerts";
const at = (path: string, id: string): string => `${BASE}/${path}/${encodeURIComponent(id)}`;

/** What fires or is about to, with what is measured now. */
export async function fetchAlerts(signal: AbortSignal): Promise<readonly AlertUpdate[]> {
  return ((await get(BASE, signal)) as { alerts: AlertUpdate[] }).alerts;
}

export async function fetchRules(
  signal?: AbortSignal,
): Promise<{ readonly rules: readonly Rule[]; readonly damage: string | null }> {
  return (await get(`${BASE}/rules`, signal)) as { rules: Rule[]; damage: string | null };
}

export async function addRule(rule: RuleBody): Promise<Rule> {
  return (await send("POST", `${BASE}/rules`, rule)) as Rule;
}

export async function replaceRule(id: string, rule: RuleBody): Promise<Rule> {
  return (await send("PUT", at("rules", id), rule)) as Rule;
}

export async function changeRule(id: string, change: RuleBody): Promise<Rule> {
  return (await send("PATCH", at("rules", id), change)) as Rule;
}

export async function removeRule(id: string): Promise<void> {
  await send("DELETE", at("rules", id));
}

export async function fetchTemplates(signal: AbortSignal): Promise<readonly Template[]> {
  return ((await get(`${BASE}/templates`, signal)) as { templates: Template[] }).templates;
}

export async function fetchMetrics(signal: AbortSignal): Promise<readonly MetricInfo[]> {
  return ((await get(`${BASE}/metrics`, signal)) as { metrics: MetricInfo[] }).metrics;
}

export async function fetchPreview(
  rule: RuleBody,
  range: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<Preview> {
  return (await send("POST", `${BASE}/preview`, { rule, ...range }, signal)) as Preview;
}

export async function acknowledge(id: string, note: string): Promise<void> {
  await send("POST", `${BASE}/${encodeURIComponent(id)}/acknowledge`, { note });
}

/** Newest first. */
export async function fetchAlertEvents(
  question: { from: number; to: number; limit: number; cursor?: string | undefined },
  signal: AbortSignal,
): Promise<{ readonly events: readonly AlertEvent[]; readonly next_cursor: string | null }> {
  return (await get(`${BASE}/events?${query({ ...question })}`, signal)) as {
    events: AlertEvent[];
    next_cursor: string | null;
  };
}

export async function fetchSilences(signal: AbortSignal): Promise<readonly Silence[]> {
  return ((await get(`${BASE}/silences`, signal)) as { silences: Silence[] }).silences;
}

export async function addSilence(silence: SilenceBody): Promise<void> {
  await send("POST", `${BASE}/silences`, silence);
}

export async function changeSilence(id: string, silence: SilenceBody): Promise<void> {
  await send("PUT", at("silences", id), silence);
}

export async function fetchChannels(signal: AbortSignal): Promise<readonly Channel[]> {
  return ((await get(`${BASE}/channels`, signal)) as { channels: Channel[] }).channels;
}

export async function testChannel(
  id: string,
): Promise<{ readonly delivered: boolean; readonly detail: string }> {
  return (await send("POST", `${at("channels", id)}/test`)) as {
    delivered: boolean;
    detail: string;
  };
}

export async function fetchDeliveries(signal: AbortSignal): Promise<readonly Delivery[]> {
  return (
    (await get(`${BASE}/deliveries?${query({ limit: 20 })}`, signal)) as { deliveries: Delivery[] }
  ).deliveries;
}

export async function retryDelivery(id: string): Promise<void> {
  await send("POST", `${at("deliveries", id)}/retry`);
}

const UNIT_NAMES: Readonly<Record<MetricInfo["unit"], UnitName>> = {
  ms: "duration",
  share: "share",
  percent: "percentage",
  per_second: "rate",
  dollars: "money",
  celsius: "count",
  count: "count",
};

/** How the figures of a metric are written. */
export function unitNameOf(unit: MetricInfo["unit"]): UnitName {
  return UNIT_NAMES[unit];
}
