import { get, query } from "./rest.ts";

/** What costs can be broken down by, as the API calls it. */
export const costGroups = [
  { name: "model", title: "Model" },
  { name: "service", title: "Service" },
  { name: "user_id", title: "User" },
  { name: "organization_id", title: "Organisation" },
  { name: "api_key", title: "Key" },
  { name: "provider", title: "Provider" },
] as const;

export type CostGroup = (typeof costGroups)[number]["name"];

export interface CostSums {
  /** US dollars. */
  readonly cost: number;
  readonly requests: number;
  readonly unknown_cost_requests: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cached_tokens: number;
}

export interface CostRow extends CostSums {
  readonly group: string | null;
  /** 0..1. */
  readonly share: number;
  readonly previous_cost: number | null;
  /** `[start of the step in Unix ms, US dollars]`; steps without any are left out. */
  readonly points: readonly (readonly [number, number])[];
}

export interface CostAnswer {
  readonly from: number;
  readonly to: number;
  readonly step_ms: number;
  readonly total: CostSums;
  readonly previous: CostSums & { readonly from: number; readonly to: number };
  readonly groups: readonly CostRow[];
  readonly left_out?: { readonly groups: number; readonly cost: number };
  readonly projection: {
    readonly month: string;
    readonly spent: number;
    readonly projected: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly days: number;
    readonly method: string;
  };
}

export interface CostQuestion {
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** ms. */
  readonly step: number;
  readonly group: CostGroup;
}

export async function fetchCosts(
  { from, to, step, group }: CostQuestion,
  signal: AbortSignal,
): Promise<CostAnswer> {
  const search = query({ from, to, step, group_by: group });
  return (await get(`/api/v1/costs?${search}`, signal)) as CostAnswer;
}
